import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A pattern of a .dockerignore as Docker reads it: a star stands for names with a dot in front, too. */
function patternOf(line: string): RegExp {
  const text = line
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/?|\*|\?/g, (sign) =>
      sign === '**/' ? '(?:.*/)?' : sign === '**' ? '.*' : sign === '*' ? '[^/]*' : '[^/]',
    )
  return new RegExp(`^${text}$`)
}

/** Every folder that a file is in, and itself. */
const withFolders = (file: string): string[] => {
  const names = file.split('/')
  return names.map((_, index) => names.slice(0, index + 1).join('/'))
}

/** Says of a file of the checkout whether a build is given it: the last line that fits it, or a folder it is in, decides. */
export function buildContext(root: string): (file: string) => boolean {
  const lines = readFileSync(join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ sends: line.startsWith('!'), pattern: patternOf(line.replace(/^!/, '')) }))
  return (file) =>
    lines.findLast(({ pattern }) => withFolders(file).some((path) => pattern.test(path)))?.sends ?? true
}
