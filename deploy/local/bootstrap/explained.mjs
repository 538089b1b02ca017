/** Something is missing, and the message says what and how to get it: no stack trace helps any further. */
export class Explained extends Error {}

/** Runs an entry point; what is explained is printed alone, everything else with its stack. */
export async function explaining(main) {
  try {
    process.exitCode = await main()
  } catch (error) {
    console.error(error instanceof Explained ? `\n${error.message}` : error)
    process.exitCode = 1
  }
}
