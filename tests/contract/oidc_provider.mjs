// A certified authorization server for one test: node oidc_provider.mjs PORT CALLBACK. Access tokens live
// for 8 seconds, refresh tokens are good once, PKCE is demanded. Says on stdout what it grants.
import Provider from "oidc-provider";

const [port, callback] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const client = (client_id, token_endpoint_auth_method, client_secret) => ({
  client_id,
  client_secret,
  token_endpoint_auth_method,
  redirect_uris: [callback],
  grant_types: ["authorization_code", "refresh_token"],
  response_types: ["code"],
});
const provider = new Provider(issuer, {
  clients: [
    client("basic", "client_secret_basic", "a secret: with + and %"),
    client("post", "client_secret_post", "another secret"),
    client("public", "none"),
  ],
  ttl: { AccessToken: 8 },
  pkce: { required: () => true },
  issueRefreshToken: () => true,
  rotateRefreshToken: true,
  features: { revocation: { enabled: true } },
  claims: { openid: ["sub"], profile: ["name"] },
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, name: "Robin Miller" }) }),
});
provider.on("grant.success", (ctx) => console.log(`granted ${ctx.oidc.params.grant_type}`));
provider.listen(Number(port), "127.0.0.1", () => console.log("listening"));
