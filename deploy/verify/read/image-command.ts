import { type App, heapOf, SMALL_HEAP } from '@kitroom/local'

const command = (heap: readonly string[]): string[] => [
  'node',
  ...heap,
  '--import',
  '@kitroom/service/telemetry',
  'dist/main.js',
]

/** How an image starts its service, unless it is told another way. */
export const IMAGE_COMMAND = command(SMALL_HEAP)

/** How compose and Kubernetes have to start an app; undefined where its image's command will do. */
export const ownCommandOf = (app: App): string[] | undefined =>
  heapOf(app) === SMALL_HEAP ? undefined : command(heapOf(app))
