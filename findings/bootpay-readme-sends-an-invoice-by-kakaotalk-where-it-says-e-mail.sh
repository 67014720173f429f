#!/usr/bin/env bash
# Expected: the README's line `commerce.invoice.notify('INVOICE_ID', [1, 2]) // 1: SMS, 2: Email` sends an invoice by text
#   message and e-mail.
# What happens: the call sends {"send_types": [1, 2]}, and in the constants of the same package (and of bootpay-backend
#   2.9.0) 2 is KakaoTalk; e-mail is 3. Three more samples of the README call orderSubscription.pause, .resume and
#   .termination, which the package does not have: they are functions of orderSubscription.requestIng.
# Package and version: @bootpay/backend-js 2.13.1 with axios 1.21.1.
# Why a user of order APIs meets it: whoever copies the sample sends customers a paid KakaoTalk message in place of the
#   e-mail that they meant, with no error; the other three samples raise TypeError.
# Exit status: 0 as described, 1 changed, 2 could not be tried.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts @bootpay/backend-js@2.13.1 axios@1.21.1 ||
  { echo "cannot install the packages" >&2; exit 2; }

cat > probe.js <<'JAVASCRIPT'
const fs = require('fs')
const http = require('http')
const sdk = require('@bootpay/backend-js')

for (const name of ['@bootpay/backend-js', 'axios']) {
  console.log(name, require(`./node_modules/${name}/package.json`).version)
}
const readme = fs.readFileSync('node_modules/@bootpay/backend-js/README.md', 'utf8')
const sample = readme.split('\n').find((line) => line.includes('invoice.notify('))
console.log('  README:', sample.trim())
const types = fs.readFileSync('node_modules/@bootpay/backend-js/dist/lib/commerce/types/invoice.d.ts', 'utf8')
const constants = [...types.matchAll(/INVOICE_SEND_TYPE_(\w+) = (\d+)/g)].map((each) => `${each[1]} = ${each[2]}`)
console.log('  constants:', constants.join(', '))

let sent = ''
const server = http.createServer((request, response) => {
  request.on('data', (part) => (sent += part))
  request.on('end', () => response.setHeader('Content-Type', 'application/json').end('null'))
})
server.listen(0, '127.0.0.1', async () => {
  const commerce = new sdk.BootpayCommerce({ client_key: 'test-ck', secret_key: 'test-sk' })
  commerce.API_ENTRYPOINTS.production = `http://127.0.0.1:${server.address().port}/v1`
  await commerce.invoice.notify('INVOICE_ID', [1, 2])
  server.close()
  console.log('  sent:', sent)
  const missing = ['pause', 'resume', 'termination'].filter((name) =>
    readme.includes(`commerce.orderSubscription.${name}(`) &&
    typeof commerce.orderSubscription[name] === 'undefined' &&
    typeof commerce.orderSubscription.requestIng[name] === 'function')
  console.log('  called by the README, not there:', missing.map((name) => `orderSubscription.${name}`).join(', '))
  const described = /2: Email/.test(sample) && constants.includes('KAKAO = 2') && constants.includes('EMAIL = 3') &&
    JSON.stringify(JSON.parse(sent).send_types) === '[1,2]' && missing.length === 3
  console.log(described ? 'as described' : 'CHANGED: expected e-mail 2 in the README, KAKAO = 2 in constants, 3 calls missing')
  process.exit(described ? 0 : 1)
})
JAVASCRIPT

env -u HTTP_PROXY -u http_proxy NO_PROXY=127.0.0.1 timeout 60 node probe.js
