/**
 * Replaces the literals of a statement by `?`. MikroORM writes parameters into the text as escaped literals, so the
 * text of a span would hold e-mail addresses and worse. Covers 'it''s', E'it\'s', $tag$…$tag$ and numbers.
 */
export function maskSql(text: string): string {
  return text
    .replace(/\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$/g, '?')
    .replace(/\b[eE]'(?:[^'\\]|\\[\s\S]|'')*'/g, '?')
    .replace(/'(?:[^']|'')*'/g, '?')
    .replace(/(?<![\w$.])-?\d+(?:\.\d+)?\b/g, '?')
}
