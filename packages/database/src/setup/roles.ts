/** The database roles of one service, told from each other by their ends. */
export interface Roles {
  /** Owns the schema; migrations run as it, nothing else. */
  owner: string
  /** What the service signs in as: reads and writes its rows of one organisation at a time. */
  app: string
  /** What the service's jobs become by SET LOCAL ROLE when they must see every organisation. */
  job: string
}

const NAME = /^[a-z_][a-z0-9_]{0,57}$/

/** The roles that belong to the user named in a connection URL, be it the owner or the service itself. */
export function rolesOf(url: string): Roles {
  const app = decodeURIComponent(new URL(url).username).replace(/_owner$/, '')
  return roleNames(app)
}

/** The roles of a service whose application role has this name. */
export function roleNames(app: string): Roles {
  if (!NAME.test(app))
    throw new Error(`“${app}” cannot be a role name: lower-case letters, digits and _ only.`)
  return { app, owner: `${app}_owner`, job: `${app}_job` }
}
