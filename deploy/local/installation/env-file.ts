/** Lines as Docker Compose reads them: in single quotes nothing is replaced. */
export function envFile(variables: Record<string, string>): string {
  const lines = Object.entries(variables).map(([name, value]) => {
    if (value.includes("'") || value.includes('\n')) throw new Error(`${name} cannot be quoted.`)
    return `${name}='${value}'`
  })
  return `# Secrets of one installation. Keep a copy with every backup: without them the database cannot be used.\n${lines.join('\n')}\n`
}
