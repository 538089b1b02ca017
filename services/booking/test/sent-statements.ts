import type { jest } from '@jest/globals'

/** One statement sent to PostgreSQL, and when among all that a spy saw. */
export interface Sent {
  order: number
  text: string
}

/**
 * The statements of transactions that a spy on the driver's query saw, in their order. What works beside requests is left
 * out: the relay, on connections of its own and without transactions, and what looks around in the role of the jobs.
 */
export function sentStatements(query: jest.SpiedFunction<(...args: never[]) => unknown>): Sent[] {
  const sent = query.mock.calls.map(([statement]: readonly unknown[], index) => ({
    order: query.mock.invocationCallOrder[index] ?? 0,
    connection: query.mock.contexts[index],
    /** A read, in a transaction of its own. */
    isAlone: typeof statement === 'object' && statement !== null && 'submit' in statement,
    text: (typeof statement === 'string' ? statement : (statement as { text: string }).text).trim(),
  }))
  return [...Map.groupBy(sent, ({ connection }) => connection).values()]
    .flatMap((ofOne) => {
      const transactions: (typeof sent)[] = []
      for (const statement of ofOne.filter(({ isAlone }) => !isAlone)) {
        if (/^begin/i.test(statement.text)) transactions.push([])
        transactions.at(-1)?.push(statement)
      }
      return transactions
        .filter(([, first]) => first !== undefined && !/set_config\('role'/.test(first.text))
        .flat()
        .concat(ofOne.filter(({ isAlone }) => isAlone))
    })
    .toSorted((a, b) => a.order - b.order)
}
