// opossum has no types of its own; these are the parts we use.
declare module 'opossum' {
  class CircuitBreaker<Arguments extends unknown[], Result> {
    constructor(
      action: (...args: Arguments) => Promise<Result>,
      options: {
        timeout: number | false
        errorThresholdPercentage: number
        volumeThreshold: number
        rollingCountTimeout: number
        rollingCountBuckets: number
        resetTimeout: number
        rollingPercentilesEnabled: boolean
        enableSnapshots: boolean
        errorFilter: (error: unknown) => boolean
      },
    )
    readonly opened: boolean
    fire(...args: Arguments): Promise<Result>
    on(event: 'open' | 'halfOpen' | 'close', listener: () => void): this
    shutdown(): void
  }
  export = CircuitBreaker
}
