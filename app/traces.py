"""Traces in OpenTelemetry's form, where the settings name a collector: a span a request, and one a step."""

import time
from importlib.util import find_spec
from typing import TYPE_CHECKING, Self

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.answering.models import Answer
from app.settings import ServiceSettings
from app.version import own_version
from ingest.errors import ErrorCode, YorozuError

if TYPE_CHECKING:  # only who wants traces imports it: half a second, and a package of its own
    from opentelemetry.sdk.trace import TracerProvider

_TIMEOUT_SECONDS = 5
_PACKAGE = "opentelemetry.exporter.otlp.proto.http"
_STEPS = ("retrieve", "compose", "verify")  # they follow each other
_FAILED = 500


class Traces:
    """Sends spans in the background. Nothing that people write is in them: no question, no query, no body."""

    def __init__(self, provider: "TracerProvider") -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("yorozu", own_version())

    @classmethod
    def of(cls, settings: ServiceSettings) -> Self | None:
        """Return what sends to the collector of the settings, None where they name none.

        Raises:
            YorozuError: SETTING_INVALID where the package for it is not installed.
        """
        if settings.otel_endpoint is None:
            return None
        if not _installed():
            reason = "「pip install 'yorozu[otel]'」を実行するか、設定を外してください"
            raise YorozuError(ErrorCode.SETTING_INVALID, name="YOROZU_OTEL_ENDPOINT", reason=reason)
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        resource = Resource.create({"service.name": "yorozu", "service.version": own_version()})
        provider = TracerProvider(resource=resource)
        exporter = OTLPSpanExporter(endpoint=settings.otel_endpoint, timeout=_TIMEOUT_SECONDS)
        provider.add_span_processor(BatchSpanProcessor(exporter))
        return cls(provider)

    def answered(self, answer: Answer) -> None:
        """Add the steps of an answer that has just been given to the request under way."""
        times = answer.timings_ms.model_dump()
        at = time.time_ns() - sum(_nanoseconds(times[step]) for step in _STEPS)
        said = {"yorozu.status": answer.status, "yorozu.engine": answer.engine}
        for step in _STEPS:
            span = self._tracer.start_span(f"answer.{step}", start_time=at, attributes=said)
            at += _nanoseconds(times[step])
            span.end(at)

    def middleware(self, app: ASGIApp) -> ASGIApp:
        """Put a span around each request to `app`; a trace that the caller has begun goes on."""
        from opentelemetry.trace import SpanKind, Status, StatusCode
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        propagator = TraceContextTextMapPropagator()

        async def traced(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
            with self._tracer.start_as_current_span(
                scope["method"], propagator.extract(headers), SpanKind.SERVER, record_exception=False
            ) as span:

                async def send_with_status(message: Message) -> None:
                    if message["type"] == "http.response.start":
                        span.set_attribute("http.response.status_code", message["status"])
                        if message["status"] >= _FAILED:
                            span.set_status(Status(StatusCode.ERROR))
                    await send(message)

                await app(scope, receive, send_with_status)
                # The template, never the address: an id in it would be somebody's.
                route = getattr(scope.get("route"), "path_format", "other")
                span.update_name(f"{scope['method']} {route}")
                span.set_attributes({"http.request.method": scope["method"], "http.route": route})
                span.set_attribute("yorozu.request_id", scope.get("state", {}).get("request_id", ""))

        return traced

    def close(self) -> None:
        """Send what is left, and stop."""
        self._provider.shutdown()


def _installed() -> bool:
    try:
        return find_spec(_PACKAGE) is not None
    except ModuleNotFoundError:  # not even what it lies in
        return False


def _nanoseconds(milliseconds: float) -> int:
    return round(milliseconds * 1_000_000)
