"""For Piccolo's command line, which looks for this file in the working directory."""

from survey_service.piccolo_conf import APP_REGISTRY, DB

__all__ = ["APP_REGISTRY", "DB"]
