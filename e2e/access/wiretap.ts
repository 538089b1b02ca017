/** Everything the gateway answered, and every token in it. */
export interface Wiretap extends Disposable {
  /** What came where no token belongs. */
  answers: string[]
  tokens: Set<string>
}

/** Where a token is what was asked for. */
const HANDS_OUT_TOKENS = /\/auth\/(login|refresh)$/

/** Listens to every answer that fetch brings until it is disposed of. */
export function wiretap(): Wiretap {
  const plainFetch = globalThis.fetch
  const heard: Wiretap = {
    answers: [],
    tokens: new Set(),
    [Symbol.dispose]() {
      globalThis.fetch = plainFetch
    },
  }
  globalThis.fetch = async (target, options) => {
    const answer = await plainFetch(target, options)
    const text = await answer.clone().text()
    const headers = JSON.stringify([...answer.headers])
    const url = target instanceof Request ? target.url : String(target)
    if (!HANDS_OUT_TOKENS.test(url) || !answer.ok) heard.answers.push(`${headers} ${text}`)
    else {
      const { access_token, refresh_token } = JSON.parse(text) as Record<string, string>
      for (const token of [access_token, refresh_token]) if (token !== undefined) heard.tokens.add(token)
      heard.answers.push(headers)
    }
    return answer
  }
  return heard
}
