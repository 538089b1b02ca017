import { withoutDeadline } from '@kitroom/deadline'

/** How long a question waits for the answer to an earlier one, to be asked with others. */
const PATIENCE_MS = 50

/** A list in pieces of at most so many, in its order: what a call takes at once. */
export const portions = <One>(list: readonly One[], most: number): One[][] =>
  Array.from({ length: Math.ceil(list.length / most) }, (_, index) =>
    list.slice(index * most, (index + 1) * most),
  )

/** A question, and who waits for its answer. */
interface Waiting<Question, Answer> {
  question: Question
  resolve: (answer: Answer) => void
  reject: (error: unknown) => void
}

/**
 * Asks together, as one, the questions of a key that come while an earlier one is being answered. So no answer is older than
 * its question, and however many ask at once, few calls are made.
 * @param ask answers several at once, with what each of them is about
 */
export function together<Question, Answer>(
  ask: (key: string, questions: readonly Question[]) => Promise<Answer>,
): (key: string, question: Question) => Promise<Answer> {
  /** Those who came while a call was under way. */
  const gathered = new Map<string, Waiting<Question, Answer>[]>()

  const send = async (key: string, due: readonly Waiting<Question, Answer>[]): Promise<void> => {
    const others: Waiting<Question, Answer>[] = []
    gathered.set(key, others)
    const goOn = () => {
      if (gathered.get(key) !== others) return
      gathered.delete(key)
      if (others.length > 0) void send(key, others)
    }
    const timer = setTimeout(goOn, PATIENCE_MS)
    const questions = due.map(({ question }) => question)
    try {
      const answer = await ask(key, questions)
      for (const { resolve } of due) resolve(answer)
    } catch (error) {
      for (const { reject } of due) reject(error)
    }
    clearTimeout(timer)
    goOn()
  }

  return (key, question) =>
    new Promise((resolve, reject) => {
      const waiting = { question, resolve, reject }
      const others = gathered.get(key)
      if (others !== undefined) others.push(waiting)
      // Asked for others too, who may wait longer than the first.
      else void withoutDeadline(() => send(key, [waiting]))
    })
}
