"""What is wrong with a value that was given, in Japanese: for settings and for requests."""

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
    "bool_type": "true か false で指定してください",
    "bool_parsing": "true か false で指定してください",
    "float_type": "数で指定してください",
    "float_parsing": "数で指定してください",
    "greater_than": "{gt}より大きい数で指定してください",
    "less_than": "{lt}より小さい数で指定してください",
    "finite_number": "数で指定してください",
    "date_type": "2026-11-25 のような日付で指定してください",
    "date_parsing": "2026-11-25 のような日付で指定してください",
    "date_from_datetime_parsing": "2026-11-25 のような日付で指定してください",
    "path_type": "フォルダーかファイルの場所を指定してください",
    "tuple_type": "配列で指定してください",
    "too_long": "{max_length}個以内で指定してください",
}
_OTHERWISE = "形式が正しくありません"


def reason_of(problem: Mapping[str, Any]) -> str:
    """Return the reason for one entry of a validation error.

    What was given is left out: it may be large, secret or impossible to print.
    """
    template = _REASONS.get(str(problem.get("type")), _OTHERWISE)
    context = problem.get("ctx") or {}
    return template.format_map(context).replace(" or ", ", ")  # "'a' or 'b'"


def reason_of_setting(problem: Mapping[str, Any]) -> str:
    """The same for a setting, whose own checks say the reason themselves."""
    context = problem.get("ctx") or {}
    if problem.get("type") == "setting":
        return str(context["reason"])
    if problem.get("type") == "value_error":
        return str(context.get("error") or _OTHERWISE)
    return reason_of(problem)
