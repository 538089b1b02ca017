/** Runs `clients` workers over the attempts, each taking the next when it is done with one. */
export async function withClients<T>(clients: number, attempts: readonly (() => Promise<T>)[]): Promise<T[]> {
  const queue = attempts.values()
  const answers: T[] = []
  const worker = async () => {
    for (const attempt of queue) answers.push(await attempt())
  }
  await Promise.all(Array.from({ length: clients }, worker))
  return answers
}
