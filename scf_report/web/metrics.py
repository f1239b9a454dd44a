"""The measures in Prometheus' text format (exposition format 0.0.4)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as CONTENT_TYPE
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from typing_extensions import override

from scf_report.usecases.measure import BOUNDS, Measures

__all__ = ["CONTENT_TYPE", "write_metrics"]

Totals = Mapping[tuple[str, ...], float]


def write_metrics(measures: Measures) -> bytes:
    """Write everything that was measured."""
    registry = CollectorRegistry()
    registry.register(_Families(measures))
    return generate_latest(registry)


@dataclass(frozen=True, slots=True, eq=False)  # the registry wants it hashable
class _Families(Collector):
    measures: Measures

    @override
    def collect(self) -> Iterator[Metric]:
        yield from self._queue()
        yield from self._budget()
        yield _counter(
            "attempts",
            "What workers did and what it led to",
            ["work", "result"],
            self.measures.attempts,
        )
        yield _counter(
            "cache_reads",
            "How reads of the city were answered",
            ["result"],
            self.measures.cache_reads,
        )
        yield self._latency()

    def _queue(self) -> Iterator[Metric]:
        number = GaugeMetricFamily(
            "scf_report_deliveries", "Deliveries not at their end", labels=["state"]
        )
        age = GaugeMetricFamily(
            "scf_report_oldest_delivery_seconds", "Age of the oldest of them", labels=["state"]
        )
        for state, (many, oldest) in self.measures.queue.items():
            number.add_metric([state.value], many)
            age.add_metric([state.value], oldest)
        yield number
        yield age
        yield GaugeMetricFamily(
            "scf_report_left_seconds",
            "How long something has been due while no worker did anything",
            self.measures.readiness.left_for.total_seconds(),
        )

    def _budget(self) -> Iterator[Metric]:
        budget = self.measures.budget
        for name, words, value in (
            ("calls_left", "Upstream calls that may start now", budget.left or 0),
            ("calls_allowed", "Upstream calls that may start in a whole window", budget.calls),
            (
                "paused_seconds",
                "How long the upstream wants no call",
                self.measures.paused_seconds,
            ),
            (
                "failures",
                "Deliveries in a row that the upstream did not answer",
                budget.failures,
            ),
        ):
            yield GaugeMetricFamily(f"scf_report_upstream_{name}", words, value)

    def _latency(self) -> Metric:
        family = HistogramMetricFamily(
            "scf_report_upstream_seconds",
            "Time until the upstream's answer began",
            labels=["method", "answer"],
        )
        for labels, latency in self.measures.upstream.items():
            buckets = list(zip(BOUNDS, latency.cumulative, strict=True))
            family.add_metric(labels, buckets, latency.seconds)
        return family


def _counter(name: str, words: str, labels: Sequence[str], totals: Totals) -> Metric:
    family = CounterMetricFamily(f"scf_report_{name}", words, labels=labels)
    for values, total in totals.items():
        family.add_metric(values, total)
    return family
