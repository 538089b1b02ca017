import { execFileSync } from 'node:child_process'

import { describe, expect, it } from '@jest/globals'

/** What a secret looks like. Each has an example, put together here so that this file holds none. */
const SECRETS: [name: string, pattern: RegExp, example: string][] = [
  [
    'a private key in PEM',
    /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
    ['-----BEGIN', 'PRIVATE KEY-----'].join(' '),
  ],
  ['a private JWK', /"d"\s*:\s*"[\w-]{43}"/, `"d": "${'k'.repeat(43)}"`],
  [
    'a signed token',
    /\beyJ[\w-]{15,}\.[\w-]{15,}\.[\w-]{20,}/,
    ['eyJ' + 'h'.repeat(20), 'p'.repeat(20), 's'.repeat(40)].join('.'),
  ],
  [
    'a password in the address of a server',
    /\b(?:postgres(?:ql)?|nats|https?):\/\/[\w.-]+:(?!(?:pw|app|owner|secret|test|password|postgres|kitroom)@)[\w.~%-]{12,}@/,
    `postgres://kitroom:${'x7Q2'.repeat(4)}@db/kitroom`,
  ],
  [
    'a kept hash',
    /\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$[\w+/]{22}\$[\w+/]{43}/,
    `$argon2id$v=19$m=8,t=1,p=1$${'a'.repeat(22)}$${'b'.repeat(43)}`,
  ],
  ['a key of a cloud', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/, `AKIA${'Q'.repeat(16)}`],
  ['a token of a code host', /\b(?:gh[pousr]_\w{36}|glpat-[\w-]{20}|npm_\w{36})\b/, `ghp_${'z'.repeat(36)}`],
  ['a key of a chat', /\bxox[abprs]-[\w-]{20,}/, `xoxb-${'1'.repeat(24)}`],
]

/** Of a password nobody has: what an unknown e-mail is verified against. */
const KNOWN = [
  '$argon2id$v=19$m=19456,t=2,p=1$Kzubme3JnXSbSdWdF9UnHA$hQVNqGGFY/H0QZSFBhM6VjB+rZwghvplnXrh5t8TCiw',
]

function secretsIn(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const looked = KNOWN.reduce((rest, known) => rest.replaceAll(known, ''), line)
    return SECRETS.filter(([, pattern]) => pattern.test(looked)).map(
      ([name]) => `${name}: ${line.slice(0, 60)}`,
    )
  })
}

const git = (...args: string[]): string | undefined => {
  try {
    return execFileSync('git', args, {
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  } catch {
    return undefined
  }
}

describe('what is committed', () => {
  it.each(SECRETS)('would be seen to hold %s', (name, _pattern, example) => {
    expect(secretsIn(`+ const it = '${example}'`)).toEqual([expect.stringContaining(name)])
  })

  it('holds no secret, nor ever did', () => {
    const history = git('log', 'HEAD', '-p', '--format=%B', '--no-ext-diff', '--no-textconv')
    if (history === undefined) {
      console.warn('this is no git checkout: its history is not searched for secrets')
      return
    }
    expect(secretsIn(history)).toEqual([])
    expect(git('ls-files', '*.pem', '*.key', '*.p12', '.env', '**/.env', '**/secrets.json')).toBe('')
  })
})
