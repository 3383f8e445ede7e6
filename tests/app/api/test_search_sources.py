import pytest
from fastapi.testclient import TestClient


def test_search_returns_as_many_as_asked_for(client: TestClient) -> None:
    body = client.get("/api/v1/search", params={"q": "持出し", "k": 3}).json()
    assert body["query"] == "持出し"
    assert [hit["rank"] for hit in body["results"]] == [1, 2, 3]
    assert len(client.get("/api/v1/search", params={"q": "持出し"}).json()["results"]) == 10


@pytest.mark.parametrize("k", ["0", "-1", "101", "9" * 30, "x", "1.5", ""])
def test_an_absurd_number_is_refused_with_its_reason(client: TestClient, k: str) -> None:
    response = client.get("/api/v1/search", params={"q": "あ", "k": k})
    assert response.status_code == 422
    (problem,) = response.json()["error"]["detail"]["errors"]
    assert problem["field"] == "query.k"
    assert problem["reason"].endswith("指定してください")


def test_search_for_nothing(client: TestClient) -> None:
    assert client.get("/api/v1/search", params={"q": " "}).json()["error"]["code"] == "question_empty"
    assert client.get("/api/v1/search").json()["error"]["code"] == "invalid_request"


def test_sources_and_one_source(client: TestClient) -> None:
    (source,) = client.get("/api/v1/sources").json()["sources"]
    assert source["publisher"] == "自工会／部工会"
    assert client.get(f"/api/v1/sources/{source['id']}").json() == source


def test_an_unknown_source_is_named(client: TestClient) -> None:
    response = client.get("/api/v1/sources/資料X")
    assert response.status_code == 404
    assert response.json()["error"] == {
        "code": "source_not_found",
        "message": "資料 資料X は登録されていません。/api/v1/sources で資料の一覧を確認してください。",
        "detail": {"id": "資料X"},
    }
