"""Measurements of this process in Prometheus' terms."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Metrics:
    """The measurements of one application, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "survey_requests", "Requests by method and status.", ["method", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "survey_request_seconds",
            "Time to answer a request, in seconds.",
            registry=self.registry,
            buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
        )
        self.waiting = Gauge(
            "survey_submissions_waiting", "Submissions that wait for a commit.", registry=self.registry
        )
        self.groups = Gauge("survey_commit_groups", "Groups committed since the start.", registry=self.registry)
        self.jobs_due = Gauge("survey_jobs_due", "Jobs that are due.", registry=self.registry)
        self.worker_lag = Gauge("survey_worker_lag_seconds", "Age of the oldest due job.", registry=self.registry)
        self.jobs_failed = Gauge("survey_jobs_failed", "Jobs that were given up.", ["kind"], registry=self.registry)
        self.events_waiting = Gauge("survey_events_waiting", "Events not handed on yet.", registry=self.registry)
        ProcessCollector(registry=self.registry)
        self._by_status: dict[tuple[str, int], Counter] = {}

    def count(self, method: str, status: int, seconds: float) -> None:
        """One request was answered."""
        key = (method, status)
        if key not in self._by_status:
            self._by_status[key] = self.requests.labels(method if method in METHODS else "other", str(status))
        self._by_status[key].inc()
        self.seconds.observe(seconds)

    def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self.registry)
