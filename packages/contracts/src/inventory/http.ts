export * from './resource-http.ts'
export * from './tag-http.ts'
export * from './unit-http.ts'
