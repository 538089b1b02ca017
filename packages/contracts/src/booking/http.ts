export * from './booking-http.ts'
export * from './fine-http.ts'
export * from './lifecycle-http.ts'
