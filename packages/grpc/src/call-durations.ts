import { status } from '@grpc/grpc-js'
import { duration } from '@kitroom/observability'

const served = duration(
  'rpc.server.call.duration',
  'How long calls to our gRPC methods take, as the server sees it.',
)
const made = duration(
  'rpc.client.call.duration',
  'How long gRPC calls take, retries included, as the caller sees it.',
)

/** Called with the status when the call is over. */
type Measured = (code: status) => void

const starting = (histogram: typeof served, path: string): Measured => {
  const began = performance.now()
  return (code) =>
    histogram.record((performance.now() - began) / 1_000, {
      'rpc.system.name': 'grpc',
      'rpc.method': path.slice(1),
      'rpc.response.status_code': status[code],
    })
}

/** Measures a call from now on, as its server sees it. @param path of the method, `/package.Service/Method` */
export const measureServed = (path: string): Measured => starting(served, path)
/** The same as its caller sees it. */
export const measureMade = (path: string): Measured => starting(made, path)
