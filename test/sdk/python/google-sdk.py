"""The official Google SDK for Python, unmodified, through Saola."""

from checks import BROKEN_STREAMS, CALL, HELLO, KEY, URL, WEATHER, WORDS, check, done, equal, raises
from google import genai
from google.genai import errors, types

MODEL = "google/gemini-flash"


def client_with(key, headers=None):
    return genai.Client(api_key=key, http_options=types.HttpOptions(base_url=URL, headers=headers))


client = client_with(KEY)
declaration = types.FunctionDeclaration(name="weather", parameters_json_schema=WEATHER)
config = types.GenerateContentConfig(
    tools=[types.Tool(function_declarations=[declaration])],
    automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
)


def ask(model, who=client, text="hi"):
    return who.models.generate_content(model=model, contents=text)


def stream(model, text="hi"):
    return list(client.models.generate_content_stream(model=model, contents=text))


@check("google: unary")
def _():
    reply = ask(MODEL)
    equal(reply.text, HELLO)
    equal((reply.usage_metadata.prompt_token_count, reply.usage_metadata.total_token_count), (11, 18))


@check("google: stream")
def _():
    equal("".join(chunk.text or "" for chunk in stream(MODEL)), HELLO)


@check("google: tools, there and back")
def _():
    asked = types.Content(role="user", parts=[types.Part(text=CALL)])
    first = client.models.generate_content(model=MODEL, contents=[asked], config=config)
    equal((first.function_calls[0].name, first.function_calls[0].args), ("weather", {"city": "Huế"}))
    result = types.Part.from_function_response(name="weather", response={"output": "rain"})
    contents = [asked, first.candidates[0].content, types.Content(role="user", parts=[result])]
    equal(client.models.generate_content(model=MODEL, contents=contents, config=config).text, "Done: rain")


@check("google: models")
def _():
    equal(f"models/{MODEL}" in [model.name for model in client.models.list()], True)


for name, value in [("Authorization", f"Bearer {KEY}"), ("x-api-key", KEY)]:

    @check(f"google: credential in {name}")
    def _():
        equal(ask(MODEL, client_with("unused", {name: value})).text, HELLO)


@check("google: a wrong key")
def _():
    error = raises(errors.ClientError, lambda: ask(MODEL, client_with("wrong")))
    equal((error.code, error.status), (401, "UNAUTHENTICATED"))


for model, code, status in [
    ("google/gemini-flas", 404, "NOT_FOUND"),
    ("test/limited", 429, "RESOURCE_EXHAUSTED"),
    ("test/failing", 502, "UNAVAILABLE"),
    ("test/too-long", 400, "INVALID_ARGUMENT"),
]:

    @check(f"google: {model} is {code} {status}")
    def _():
        for call in [lambda: ask(model), lambda: stream(model)]:
            error = raises(errors.APIError, call)
            equal((error.code, error.status), (code, status))


for model in BROKEN_STREAMS:

    @check(f"google: {model} throws")
    def _():
        raises(errors.APIError, lambda: stream(model, WORDS))


done()
