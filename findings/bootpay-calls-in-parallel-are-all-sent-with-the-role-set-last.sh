#!/usr/bin/env bash
# Expected: commerce.asSupervisor().order.detail(...) is sent as supervisor, whatever is called after it.
# What happens: the client keeps the role and reads it when the request is sent, a few promises later. Of two calls
#   started together, both carry the role of the second in BOOTPAY-ROLE: a buyer's call can go out as the supervisor's.
# Package and version: @bootpay/backend-js 2.13.1, with axios 1.21.1.
# Why a user of order APIs meets it: a server that serves buyers and shop staff with one client handles their requests
#   at the same time. The API decides by this header what a caller may do; the failure depends on timing, and tests
#   that call one after another never show it.
# Exit status: 0 as described, 1 changed, 2 could not be tried.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts @bootpay/backend-js@2.13.1 axios@1.21.1 ||
  { echo "cannot install the packages" >&2; exit 2; }

cat > probe.js <<'JAVASCRIPT'
const http = require('node:http')
const assert = require('node:assert')
const { BootpayCommerce } = require('@bootpay/backend-js')

for (const name of ['@bootpay/backend-js', 'axios']) {
  console.log(name, require(`./node_modules/${name}/package.json`).version)
}

const sent = {}
const server = http.createServer((request, response) => {
  sent[request.url.split('/').pop()] = request.headers['bootpay-role']
  response.setHeader('Content-Type', 'application/json')
  response.end('{}')
})

server.listen(0, '127.0.0.1', async () => {
  const commerce = new BootpayCommerce({ client_key: 'test-ck', secret_key: 'test-sk' })
  commerce.API_ENTRYPOINTS.production = `http://127.0.0.1:${server.address().port}/v1`

  await commerce.asSupervisor().order.detail('supervisor-alone')
  await commerce.asUser().order.detail('user-alone')
  await Promise.all([
    commerce.asSupervisor().order.detail('supervisor-then-user-1'),
    commerce.asUser().order.detail('supervisor-then-user-2'),
  ])
  await Promise.all([
    commerce.asUser().order.detail('user-then-supervisor-1'),
    commerce.asSupervisor().order.detail('user-then-supervisor-2'),
  ])
  server.close()

  for (const [call, role] of Object.entries(sent)) console.log(`${call}: BOOTPAY-ROLE ${role}`)
  try {
    assert.deepStrictEqual(sent, {
      'supervisor-alone': 'supervisor',
      'user-alone': 'user',
      'supervisor-then-user-1': 'user',
      'supervisor-then-user-2': 'user',
      'user-then-supervisor-1': 'supervisor',
      'user-then-supervisor-2': 'supervisor',
    })
    console.log('as described')
  } catch (error) {
    console.log('CHANGED:', error.message)
    process.exitCode = 1
  }
})
JAVASCRIPT

env -u HTTP_PROXY -u http_proxy NO_PROXY=127.0.0.1 timeout 60 node probe.js
