/* global SwaggerUIBundle */
// In a file of its own, because the page's policy allows no inline script.
SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  // Tokens stay in the page's memory, and nothing is sent to a validator elsewhere.
  persistAuthorization: false,
  validatorUrl: null,
})
