// A TPP with oauth4webapi, from discovery to revocation:
//   tools/run                              (in another terminal)
//   node tests/clients/oauth4webapi.mjs
// Every step is checked; the first surprise ends it with an error.
import assert from 'node:assert/strict'
import * as oauth from 'oauth4webapi'
import { approve, deny } from './account_holder.mjs'

const issuer = new URL(process.env.MULTIPASS_PUBLIC ?? 'http://127.0.0.1:8080')
const options = { [oauth.allowInsecureRequests]: true } // the sandbox is plain http; a bank is not
const client = { client_id: 'username' }
const secret = 'sandbox-secret'
const callback = 'http://127.0.0.1:9090/callback'

// 1. Discovery: everything else follows from the issuer (RFC 8414).
const as = await oauth
  .discoveryRequest(issuer, { algorithm: 'oauth2', ...options })
  .then((answer) => oauth.processDiscoveryResponse(issuer, answer))
assert(as.consent_max_age > 0)

/** A request for consent with PKCE and state; pushed (RFC 9126), or in the browser's URL. */
async function ask(authentication, { pushed = true } = {}) {
  const verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  const parameters = new URLSearchParams({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: callback,
    scope: 'account.list account.balance',
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  const url = new URL(as.authorization_endpoint)
  url.search = parameters
  if (pushed) {
    const { request_uri } = await oauth
      .pushedAuthorizationRequest(as, client, authentication, parameters, options)
      .then((answer) => oauth.processPushedAuthorizationResponse(as, client, answer))
    url.search = new URLSearchParams({ client_id: client.client_id, request_uri })
  }
  return { url, verifier, state }
}

/** What the browser brought back becomes tokens. `iss` and `state` are checked (RFC 9207). */
async function redeem(authentication, { verifier, state }, returned) {
  const answer = oauth.validateAuthResponse(as, client, returned, state)
  return oauth
    .authorizationCodeGrantRequest(as, client, authentication, answer, callback, verifier, options)
    .then((response) => oauth.processAuthorizationCodeResponse(as, client, response))
}

const refresh = (authentication, token) =>
  oauth
    .refreshTokenGrantRequest(as, client, authentication, token, options)
    .then((response) => oauth.processRefreshTokenResponse(as, client, response))

const read = (token, path, body) =>
  oauth.protectedResourceRequest(token, 'POST', new URL(path, issuer), undefined, body, options)

for (const authentication of [oauth.ClientSecretBasic(secret), oauth.ClientSecretPost(secret)]) {
  for (const pushed of [true, false]) {
    // 2. The account holder's browser goes to `url`, and returns to the callback.
    const asked = await ask(authentication, { pushed })
    const returned = await approve(asked.url)

    // 3. Tokens.
    const tokens = await redeem(authentication, asked, returned)
    assert.equal(tokens.token_type, 'bearer') // the library writes it small
    assert.equal(tokens.scope, 'account.balance account.list')
    assert(tokens.expires_in > 0)

    // 4. Accounts and balances.
    const { accounts } = await read(tokens.access_token, '/api/tpp/accounts').then((r) => r.json())
    assert.equal(accounts.length, 2)
    const balance = await read(
      tokens.access_token, '/api/tpp/account/balance',
      new URLSearchParams({ accountId: accounts[0].id }),
    ).then((r) => r.json())
    assert.equal(balance.account.balance[0].available, 30.4)

    // 5. The next pair of tokens, where tokens are shorter than consents.
    assert.equal(!!tokens.refresh_token, as.grant_types_supported.includes('refresh_token'))
    let current = tokens
    if (tokens.refresh_token) {
      current = await refresh(authentication, tokens.refresh_token)
      assert.notEqual(current.access_token, tokens.access_token)
      const repeated = await refresh(authentication, tokens.refresh_token) // an answer that was lost
      assert.equal(repeated.access_token, current.access_token)
      assert.equal(repeated.refresh_token, current.refresh_token)
      assert((await read(current.access_token, '/api/tpp/accounts')).ok)
    }

    // A scope that was not granted, and the error that says so (RFC 6750).
    await assert.rejects(
      read(tokens.access_token, '/api/tpp/account', new URLSearchParams({ accountId: accounts[0].id })),
      (e) => e.cause[0].parameters.error === 'insufficient_scope',
    )

    // 6. The end of the consent (RFC 7009), by either token; saying it twice does no harm.
    for (const token of [current.refresh_token ?? current.access_token, current.access_token]) {
      await oauth
        .revocationRequest(as, client, authentication, token, options)
        .then(oauth.processRevocationResponse)
    }
    for (const { access_token } of [tokens, current]) {
      await assert.rejects(
        read(access_token, '/api/tpp/accounts'),
        (e) => e.cause[0].parameters.error === 'invalid_token',
      )
    }
    if (current.refresh_token) {
      await assert.rejects(refresh(authentication, current.refresh_token), { error: 'invalid_grant' })
    }
  }
}

// What can go wrong, as the library tells it.
const authentication = oauth.ClientSecretBasic(secret)
{
  const asked = await ask(authentication)
  const returned = await deny(asked.url)
  await assert.rejects(redeem(authentication, asked, returned), { error: 'access_denied' })
}
{
  const asked = await ask(authentication)
  const returned = await approve(asked.url)
  const elsewhere = new URL(returned)
  elsewhere.searchParams.set('iss', 'https://attacker.example')
  await assert.rejects(redeem(authentication, asked, elsewhere), { code: 'OAUTH_INVALID_RESPONSE' })
  const verifier = oauth.generateRandomCodeVerifier()
  await assert.rejects(redeem(authentication, { ...asked, verifier }, returned), {
    error: 'invalid_grant',
  })
  await redeem(authentication, asked, returned)
  await assert.rejects(redeem(authentication, asked, returned), { error: 'invalid_grant' }) // again
}
await assert.rejects(ask(oauth.ClientSecretBasic('wrong')), (e) => e.cause[0].scheme === 'basic')
console.log('oauth4webapi: the whole flow went as it should.')
