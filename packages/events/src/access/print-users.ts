import { natsAuthorization } from './nats-config.ts'

process.stdout
  .write(`# Who may what at the broker, made by \`pnpm nats-users\` of packages/events/src/access/permissions.ts.
# To be included in a configuration; the passwords come from the environment, and must begin with a letter.
${natsAuthorization((user) => `$NATS_PASSWORD_${user.toUpperCase()}`)}`)
