import { runCommand } from './run-command.ts'

/**
 * Are generated files what their generator makes of the sources today?
 * @returns what is wrong; undefined when nothing is
 */
export async function drift(generator: string): Promise<string | undefined> {
  const before = await changes()
  const made = await runCommand(generator)
  if (made.code !== 0) return made.output
  const after = await changes()
  if (before === after) return undefined
  const { output } = await runCommand('git status --short')
  return `Generated files were out of date. They are renewed now: look at them and commit them.\n${output}`
}

/** Everything that differs from the last commit, new files with their content included. */
async function changes(): Promise<string> {
  const parts = [
    'git diff HEAD',
    'git ls-files --others --exclude-standard -z | xargs -0 -r git hash-object --',
    'git ls-files --others --exclude-standard',
  ].map((line) => runCommand(line))
  return (await Promise.all(parts)).map(({ output }) => output).join('\0')
}
