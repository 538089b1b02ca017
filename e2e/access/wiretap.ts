interface Exchange {
  sent: string
  answered: string
}

/** Everything that was sent to the gateway and what it answered, and every token it handed out. */
export interface Wiretap extends Disposable {
  exchanges: Exchange[]
  tokens: Set<string>
}

/** Where a token is what was asked for. */
const HANDS_OUT_TOKENS = /\/auth\/(login|refresh)$/

/** Listens to everything that goes through fetch until it is disposed of. */
export function wiretap(): Wiretap {
  const plainFetch = globalThis.fetch
  const heard: Wiretap = {
    exchanges: [],
    tokens: new Set(),
    [Symbol.dispose]() {
      globalThis.fetch = plainFetch
    },
  }
  globalThis.fetch = async (target, options) => {
    const answer = await plainFetch(target, options)
    const text = await answer.clone().text()
    const url = target instanceof Request ? target.url : String(target)
    const isHandedOut = answer.ok && HANDS_OUT_TOKENS.test(url)
    if (isHandedOut) {
      const { access_token, refresh_token } = JSON.parse(text) as Record<string, string>
      for (const token of [access_token, refresh_token]) if (token !== undefined) heard.tokens.add(token)
    }
    const headers = JSON.stringify([...answer.headers])
    heard.exchanges.push({
      sent: `${url} ${JSON.stringify(options)}`,
      answered: isHandedOut ? headers : `${headers} ${text}`,
    })
    return answer
  }
  return heard
}
