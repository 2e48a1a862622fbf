"""How a CustomResourceDefinition says that its versions are converted (Kubernetes: apiextensions' validation)."""

from quorate.apiserver.validation.errors import FieldError, forbidden, not_supported, required
from quorate.apiserver.validation.webhook_configurations import client_errors, review_versions
from quorate.contract.plan import Obj

STRATEGIES = ("None", "Webhook")
_CLIENT, _VERSIONS = "spec.conversion.webhookClientConfig", "spec.conversion.conversionReviewVersions"
_NOT_SET = "should not be set when strategy is not set to Webhook"


def conversion_errors(conversion: Obj | None) -> list[FieldError]:
    """The fields are named as in the version that no longer is served, as Kubernetes still names them."""
    if conversion is None:
        return []
    strategy = conversion.get("strategy") or ""
    webhook: Obj = conversion.get("webhook") or {}
    client, versions = webhook.get("clientConfig"), webhook.get("conversionReviewVersions") or []
    if strategy == "Webhook":
        if client is None:
            errors = [required(_CLIENT, "required when strategy is set to Webhook")]
        else:
            errors = client_errors(client, _CLIENT)
        return errors + review_versions(_VERSIONS, versions)
    errors = [] if strategy in STRATEGIES else [_unknown(strategy)]
    if client is not None:
        errors.append(forbidden(_CLIENT, _NOT_SET))
    if versions:
        errors.append(forbidden(_VERSIONS, _NOT_SET))
    return errors


def _unknown(strategy: str) -> FieldError:
    at = "spec.conversion.strategy"
    return not_supported(at, strategy, STRATEGIES) if strategy else required(at)
