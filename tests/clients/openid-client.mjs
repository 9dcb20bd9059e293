// A TPP with openid-client, from discovery to revocation:
//   tools/run                              (in another terminal)
//   node tests/clients/openid-client.mjs
// Every step is checked; the first surprise ends it with an error.
import assert from 'node:assert/strict'
import * as client from 'openid-client'
import { approve, deny } from './account_holder.mjs'

const issuer = new URL(process.env.MULTIPASS_PUBLIC ?? 'http://127.0.0.1:8080')
const callback = 'http://127.0.0.1:9090/callback'

// 1. Discovery. `allowInsecureRequests` because the sandbox is plain http; a bank is not.
const config = await client.discovery(issuer, 'username', 'sandbox-secret', undefined, {
  algorithm: 'oauth2',
  execute: [client.allowInsecureRequests],
})

async function ask(build) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const expectedState = client.randomState()
  const url = await build(config, {
    redirect_uri: callback,
    scope: 'account.list account.details',
    state: expectedState,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  })
  return { url, checks: { pkceCodeVerifier, expectedState } }
}

// Pushed to the bank beforehand (RFC 9126), or in the browser's URL.
for (const build of [client.buildAuthorizationUrlWithPAR, client.buildAuthorizationUrl]) {
  // 2. The account holder's browser goes to `url`, and returns to the callback.
  const { url, checks } = await ask(build)
  const returned = await approve(url)

  // 3. Tokens.
  let tokens = await client.authorizationCodeGrant(config, returned, checks)
  assert.equal(tokens.scope, 'account.details account.list')
  assert(tokens.expiresIn() > 0)

  // 4. The next pair of tokens, where tokens are shorter than consents.
  if (tokens.refresh_token) {
    const before = tokens.access_token
    tokens = await client.refreshTokenGrant(config, tokens.refresh_token)
    assert.notEqual(tokens.access_token, before)
  }

  // 5. Accounts.
  const read = () =>
    client.fetchProtectedResource(
      config, tokens.access_token, new URL('/api/tpp/accounts', issuer), 'POST')
  const { accounts } = await read().then((answer) => answer.json())
  assert.deepEqual(accounts.map((a) => a.iban), ['GB01TCCL82495709311980', 'GB77DNNA04135500001698'])

  // 6. The end of the consent.
  await client.tokenRevocation(config, tokens.access_token)
  await assert.rejects(read(), { code: 'OAUTH_WWW_AUTHENTICATE_CHALLENGE' })
}

// The account holder refuses.
const { url, checks } = await ask(client.buildAuthorizationUrlWithPAR)
await assert.rejects(client.authorizationCodeGrant(config, await deny(url), checks), {
  error: 'access_denied',
})
console.log('openid-client: the whole flow went as it should.')
