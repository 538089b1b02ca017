/** What Jest goes by so that the clock of the day alone is off by some milliseconds; timers and other clocks are as ever. */
export const clockOffBy = (ms: number) => ({
  now: Date.now() + ms,
  doNotFake: [
    'hrtime' as const,
    'nextTick' as const,
    'performance' as const,
    'queueMicrotask' as const,
    'setImmediate' as const,
    'clearImmediate' as const,
    'setInterval' as const,
    'clearInterval' as const,
    'setTimeout' as const,
    'clearTimeout' as const,
  ],
})
