/**
 * Aborts when we are asked to stop: by Ctrl-C, by a signal, by the terminal closing, or by the end of the program that
 * started us and holds the other end of our channel. Asking again changes nothing: stopping has its time limits.
 */
export function stopRequest(): AbortSignal {
  const request = new AbortController()
  const stop = () => {
    if (request.signal.aborted) return
    console.log('\nStopping …')
    request.abort()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  process.on('disconnect', stop)
  // Listening to it shall not keep us running when everything is done.
  process.channel?.unref()
  // A closed terminal takes no more words; that must not keep us from stopping the rest.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined)
  return request.signal
}

/** Settles when the signal is aborted, and keeps the process alive until then. */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  const alive = setInterval(() => undefined, 2 ** 30)
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  clearInterval(alive)
}
