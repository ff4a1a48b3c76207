/** What `saola init --sample` writes. Held equal to examples/saola.yaml by a test. */
export const SAMPLE_CONFIG = `# yaml-language-server: $schema=../schema.json
# Every key is described in docs/configuration.md. \`saola config check\` says whether this file holds.

providers:
  # A known host: base URLs, authentication and quirks are filled in.
  - id: openai
    preset: openai
    keys: [{ value: "\${OPENAI_API_KEY}" }]

  # Any host that speaks one of the protocols: openai-chat, openai-responses, anthropic-messages, gemini.
  # baseUrl ends in /v1 for the OpenAI protocols and has no version for the others.
  # - id: own-vllm
  #   protocol: openai-chat
  #   baseUrl: http://10.0.0.5:8000/v1
  #   allowPrivateNetwork: true

models:
  - id: openai/gpt-4o-mini
    # Credits per 1,000,000 tokens, in quotes.
    price: { input: "3900", output: "15600", cacheRead: "1950" }
    deployments:
      - { provider: openai, model: gpt-4o-mini }
      # The same model elsewhere: a higher tier is tried when the lower ones fail.
      # - { provider: own-vllm, model: gpt-4o-mini, tier: 2 }

accounts:
  - { name: acme, billing: prepaid, credits: "100000", groups: [default] }
`;
