import { join } from 'node:path'

import { loadSync, type MethodDefinition, type PackageDefinition } from '@grpc/proto-loader'

import { fullName, OFFERED_BY, type Owner, type RpcService } from './rpc-services.ts'

/** Beside packages/, whether this runs from src or from dist; never the working directory. */
const protoFolder = join(import.meta.dirname, '../../../proto')

/** The methods of a gRPC service with their serializers, by the name in the .proto file. */
export type Wire = Record<string, MethodDefinition<object, object>>

/** Everything one of our services offers. */
export const packageOf = (owner: Owner): PackageDefinition => loadProto(`${owner}/v1/${owner}.proto`)

/** What every server offers besides. */
export const healthPackage = (): PackageDefinition =>
  loadProto(join(import.meta.dirname, '../assets/health.proto'))

/** @param file from the folder of protos, or absolute */
function loadProto(file: string): PackageDefinition {
  return loadSync(file, {
    includeDirs: [protoFolder],
    // As in codegen.ts.
    keepCase: true,
    longs: String,
    enums: String,
    defaults: true,
    oneofs: true,
  })
}

/** How the methods of a gRPC service are sent. */
export function wireOf(name: RpcService): Wire {
  const definition = packageOf(OFFERED_BY[name])[fullName(name)]
  if (definition === undefined || 'format' in definition)
    throw new Error(`${fullName(name)} is not in proto/`)
  // With 'format' excluded only a service is left, which the compiler cannot see through the index signature.
  return definition
}
