// A certified OpenID provider on loopback. Started by openid_provider.py with the redirect address as
// its argument; prints its issuer, and takes on standard input who sits at the browser, a line each.
import { createServer } from "node:http";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { exportJWK, generateKeyPair } from "jose";
import { Provider } from "oidc-provider";

const [redirectUri, secret] = process.argv.slice(2);
let person = {};
createInterface({ input: process.stdin }).on("line", (line) => (person = JSON.parse(line)));

const { privateKey } = await generateKeyPair("RS256", { extractable: true });
const server = createServer();
server.listen(0, "127.0.0.1");
await once(server, "listening");
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "adapter",
      client_secret: secret,
      redirect_uris: [redirectUri],
      response_types: ["code"],
      grant_types: ["authorization_code"],
    },
    {
      client_id: "portal",
      client_secret: secret,
      redirect_uris: [],
      response_types: [],
      grant_types: ["client_credentials"],
    },
  ],
  jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: "RS256", use: "sig", kid: "first" }] },
  cookies: { keys: ["of this test alone"] },
  // As Entra ID and Keycloak do: what is claimed stands in the id token.
  conformIdTokenClaims: false,
  claims: { openid: ["sub", "employeeid", "groups"], email: ["email", "email_verified"] },
  pkce: { required: () => true },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    // An access token for the API it is asked for (RFC 8707), as a JWT (RFC 9068).
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (context, resource) => ({
        scope: "",
        audience: resource,
        accessTokenFormat: "jwt",
        jwt: { sign: { alg: "RS256" } },
      }),
      useGrantedResource: () => true,
    },
  },
  findAccount: (context, id) => ({ accountId: id, claims: () => ({ sub: id, ...person.claims }) }),
  interactions: { url: (context, interaction) => `/interaction/${interaction.uid}` },
});

// Where a person would type a password and agree.
provider.use(async (context, next) => {
  if (!context.path.startsWith("/interaction/")) {
    await next();
    return;
  }
  const { prompt, params } = await provider.interactionDetails(context.req, context.res);
  let result = { login: { accountId: person.sub } };
  if (person.declines) {
    result = { error: "access_denied", error_description: "End-User aborted interaction" };
  } else if (prompt.name === "consent") {
    const grant = new provider.Grant({ accountId: person.sub, clientId: params.client_id });
    grant.addOIDCScope(params.scope);
    result = { consent: { grantId: await grant.save() } };
  }
  context.redirect(await provider.interactionResult(context.req, context.res, result));
});

server.on("request", provider.callback());
console.log(issuer);
