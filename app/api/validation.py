"""What is wrong with a request, field by field, in Japanese."""

from collections.abc import Mapping
from typing import Any

_REASONS = {
    "missing": "必須です",
    "extra_forbidden": "このような項目はありません",
    "json_invalid": "JSON として読めません（UTF-8 の JSON を送ってください）",
    "model_attributes_type": "JSON のオブジェクトを Content-Type: application/json で送ってください",
    "dict_type": "JSON のオブジェクトを Content-Type: application/json で送ってください",
    "string_type": "文字列で指定してください",
    "string_unicode": "文字列に使えない文字が含まれています",
    "string_too_short": "{min_length}文字以上で指定してください",
    "string_too_long": "{max_length}文字以内で指定してください",
    "string_pattern_mismatch": "使えない文字が含まれています",
    "value_error": "使えない文字が含まれています",
    "int_type": "整数で指定してください",
    "int_parsing": "整数で指定してください",
    "int_parsing_size": "数が大きすぎます",
    "greater_than_equal": "{ge}以上で指定してください",
    "less_than_equal": "{le}以下で指定してください",
    "literal_error": "次のいずれかで指定してください: {expected}",
    "tuple_type": "配列で指定してください",
    "too_long": "{max_length}個以内で指定してください",
}
_OTHERWISE = "形式が正しくありません"


def explain(problem: Mapping[str, Any]) -> dict[str, str]:
    """Turn one entry of a validation error into `{field, reason}`.

    What the client sent is left out: it may be large, secret or impossible to print.
    """
    where = [str(part) for part in problem.get("loc", ()) if not isinstance(part, int)]
    template = _REASONS.get(str(problem.get("type")), _OTHERWISE)
    reason = template.format_map(problem.get("ctx") or {}).replace(" or ", ", ")  # "'a' or 'b'"
    return {"field": ".".join(where)[:200], "reason": reason}
