"""Measurements of this process in Prometheus' terms."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from survey_service.core.worker_note import WorkerNote

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

CUT_BY = ("client", "service")

SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Upper bounds of the histogram's buckets."""


FAULTS, FAULT_SECONDS = 10, 20.0
"""So many faults in a row, over so many seconds, with nothing served in between: then nothing can be served."""


class Requests(Collector):
    """Answered requests, and answers that broke off, counted by the one thread that answers them: without the locks of
    the library's own counters, which would be a twentieth of what an answer costs. Prometheus gets the same."""

    def __init__(self) -> None:
        self.by_status: Counter[tuple[str, int]] = Counter()
        self.by_seconds = [0] * (len(SECONDS) + 1)
        self.seconds = 0.0
        self.cut: Counter[str] = Counter()

    def count(self, method: str, status: int, seconds: float) -> None:
        """One request was answered."""
        self.by_status[method, status] += 1
        self.by_seconds[bisect_left(SECONDS, seconds)] += 1
        self.seconds += seconds

    def collect(self) -> Iterator[Metric]:
        """The families `survey_requests`, `survey_request_seconds` and `survey_answers_cut`."""
        requests = CounterMetricFamily("survey_requests", "Requests by method and status.", labels=["method", "status"])
        for (method, status), count in sorted(self.by_status.items()):
            requests.add_metric([method, str(status)], count)
        yield requests
        bounds = [*map(str, SECONDS), "+Inf"]
        buckets = list(zip(bounds, map(float, accumulate(self.by_seconds)), strict=True))
        yield HistogramMetricFamily(
            "survey_request_seconds", "Time to answer a request, in seconds.", buckets=buckets, sum_value=self.seconds
        )
        cut = CounterMetricFamily("survey_answers_cut", "Answers that broke off, by which side.", labels=["by"])
        for by in CUT_BY:
            cut.add_metric([by], self.cut[by])
        yield cut


class Pulse:
    """Whether anything is served: fails when all that was asked for a while, and not too little, ended in a fault of
    ours. A database that is away is none, whoever asks is told so."""

    def __init__(self) -> None:
        self.faults = 0
        self.since = 0.0

    def count(self, status: int, now: float) -> None:
        """One request was answered, at a monotonic time. Who is refused is served too. Nothing either way is said by
        an address that there is not, by a database that is away (503) and by an asker who left (0, 499)."""
        if status == 500:
            self.since = self.since if self.faults else now
            self.faults += 1
        elif 0 < status < 499 and status not in (404, 405):
            self.faults = 0

    def beats(self, now: float) -> bool:
        """Whether it is worth to go on."""
        return self.faults < FAULTS or now - self.since < FAULT_SECONDS


class Metrics:
    """The measurements of one application, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Requests()
        self.pulse = Pulse()
        self.registry.register(self.requests)
        self.waiting = Gauge(
            "survey_submissions_waiting", "Submissions that wait for a commit.", registry=self.registry
        )
        self.groups = Gauge("survey_commit_groups", "Groups committed since the start.", registry=self.registry)
        self.jobs_due = Gauge("survey_jobs_due", "Jobs that are due.", registry=self.registry)
        self.worker_lag = Gauge("survey_worker_lag_seconds", "Age of the oldest due job.", registry=self.registry)
        self.jobs_failed = Gauge("survey_jobs_failed", "Jobs that were given up.", ["kind"], registry=self.registry)
        self.events_waiting = Gauge("survey_events_waiting", "Events not handed on yet.", registry=self.registry)
        ProcessCollector(registry=self.registry)

    def watch(self, worker: WorkerNote) -> None:
        """Adds the worker's memory, processor time and files, and how often it was started."""
        ProcessCollector("survey_worker", lambda: worker.process or "none", registry=self.registry)
        starts = Gauge("survey_worker_starts", "Workers started since the service was.", registry=self.registry)
        starts.set_function(lambda: worker.starts)

    def count(self, method: str, status: int, seconds: float) -> None:
        """One request was answered."""
        self.requests.count(method if method in METHODS else "other", status, seconds)

    def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self.registry)
