import { NATS_PERMISSIONS, NATS_USERS, type NatsUser } from './permissions.ts'

const list = (subjects: readonly string[]): string =>
  `[${subjects.map((one) => JSON.stringify(one)).join(', ')}]`

/**
 * The part of a nats-server configuration that lets in the users of Kitroom and nobody else, for 2.9 and newer.
 * @param passwordOf as it stands in the configuration: a quoted text, or `$VARIABLE` for one of the environment
 */
export function natsAuthorization(passwordOf: (user: NatsUser) => string): string {
  const users = NATS_USERS.map((user) => {
    const { publish, subscribe } = NATS_PERMISSIONS[user]
    // An empty list would allow everything.
    const may = publish.length === 0 ? 'publish: { deny: [">"] }' : `publish: { allow: ${list(publish)} }`
    return `    {
      user: ${user}
      password: ${passwordOf(user)}
      permissions: {
        ${may}
        subscribe: { allow: ${list(subscribe)} }
      }
    }
`
  })
  return `authorization {
  users: [
${users.join('')}  ]
}
`
}
