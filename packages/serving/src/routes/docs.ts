import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Router } from 'express'
import { mount } from '../http/mount.ts'

const require = createRequire(import.meta.url)
const assets = dirname(require.resolve('swagger-ui-dist/package.json'))
const assetMaxAgeMs = 3_600_000

/** Swagger UI sets styles on elements and draws its icons from data. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Claims API</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="icon" type="image/png" href="docs/favicon-32x32.png">
</head>
<body>
<div id="page"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`

const startScript = `SwaggerUIBundle({ url: 'openapi.json', dom_id: '#page', deepLinking: true, validatorUrl: null })
`

/** `GET /docs`: the api's description as a page; everything it needs comes from here. */
export function docsRoutes(): Router {
  const router = Router()
  const send = (path: string, type: string, body: string): void => {
    mount(router, path, {
      get: (_request, response) => {
        response.writeHead(200, {
          'content-type': `${type}; charset=utf-8`,
          'content-security-policy': pagePolicy,
          'referrer-policy': 'no-referrer',
          'x-content-type-options': 'nosniff',
          'content-length': Buffer.byteLength(body),
        })
        response.end(body)
      },
    })
  }
  send('/docs', 'text/html', page)
  send('/docs/start.js', 'text/javascript', startScript)
  for (const name of ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png']) {
    mount(router, `/docs/${name}`, {
      get: (_request, response) => {
        response.setHeader('x-content-type-options', 'nosniff')
        response.sendFile(join(assets, name), { maxAge: assetMaxAgeMs, dotfiles: 'allow' })
      },
    })
  }
  return router
}
