import asyncio
from pathlib import Path

import pytest
from langchain_core.documents import Document
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompt_values import PromptValue
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda, RunnablePassthrough
from yorozu import ErrorCode, Filters, YorozuError, YorozuRetriever

from app.settings import ServiceSettings

QUESTION = "来客に渡す名札はどう管理すればよいですか"


def test_documents_say_where_they_stand(small: ServiceSettings) -> None:
    first = YorozuRetriever(settings=small, k=2).invoke(QUESTION)[0]
    assert first.page_content.startswith("名札は番号を付けて受付で管理し")
    wanted = {"source_id": "tokei_gidai", "title": "時計の相談会", "question_no": 2, "item_nos": [44]}
    assert wanted.items() <= first.metadata.items()
    assert first.metadata["url"] == "https://example.com/tokei"
    assert (first.metadata["rank"], first.metadata["score"] > 0) == (1, True)
    assert "page" not in first.metadata


def test_how_many(small: ServiceSettings) -> None:
    retriever = YorozuRetriever(settings=small, k=2)
    assert [d.metadata["rank"] for d in retriever.invoke("時計")] == [1, 2]
    assert len(retriever.invoke("時計", k=1)) == 1
    with pytest.raises(ValueError, match="k must be"):
        retriever.invoke("時計", k=0)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(kinds=("guideline",)), {"tokei_guide"}),
        (Filters(source_ids=("tokei_gidai",)), {"tokei_gidai"}),
        (Filters(kinds=("guideline",), source_ids=("tokei_gidai",)), set()),
        (Filters(), {"tokei_guide", "tokei_gidai"}),
    ],
)
def test_filters(small: ServiceSettings, filters: Filters, found: set[str]) -> None:
    documents = YorozuRetriever(settings=small, filters=filters, k=10).invoke("時計")
    assert {d.metadata["source_id"] for d in documents} == found
    assert [d.metadata["rank"] for d in documents] == list(range(1, len(documents) + 1))


def test_a_filter_looks_behind_the_first_k(small: ServiceSettings) -> None:
    (document,) = YorozuRetriever(settings=small, filters=Filters(kinds=("guideline",)), k=1).invoke(QUESTION)
    assert document.metadata["source_id"] == "tokei_guide"


def test_without_waiting(small: ServiceSettings) -> None:
    retriever = YorozuRetriever(settings=small, k=1)
    assert asyncio.run(retriever.ainvoke(QUESTION)) == retriever.invoke(QUESTION)


def test_settings_of_the_environment(small: ServiceSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YOROZU_EMBEDDER", "none")
    assert YorozuRetriever(data_dir=small.data_dir).invoke(QUESTION)
    monkeypatch.setenv("YOROZU_EMBEDER", "none")
    with pytest.raises(YorozuError) as raised:
        YorozuRetriever(data_dir=small.data_dir)
    assert raised.value.code is ErrorCode.SETTING_INVALID


def test_no_language_model_is_made(small: ServiceSettings) -> None:
    settings = small.model_copy(update={"llm": "no_such_provider:m"})
    assert YorozuRetriever(settings=settings, k=1).invoke(QUESTION)


def test_errors_are_ours(small: ServiceSettings, tmp_path: Path) -> None:
    empty = YorozuRetriever(settings=small.model_copy(update={"data_dir": tmp_path}))
    with pytest.raises(YorozuError) as raised:
        empty.invoke(QUESTION)
    assert raised.value.code is ErrorCode.INDEX_MISSING
    with pytest.raises(YorozuError) as raised:
        YorozuRetriever(settings=small).invoke("　")
    assert raised.value.code is ErrorCode.QUESTION_EMPTY


def test_in_a_chain(small: ServiceSettings) -> None:
    asked: list[str] = []

    def numbered(documents: list[Document]) -> str:
        return "\n".join(f"[{n}] {d.page_content}" for n, d in enumerate(documents, 1))

    def recorded(prompt: PromptValue) -> PromptValue:
        asked.append(str(prompt))
        return prompt

    chain = (
        {
            "context": YorozuRetriever(settings=small, k=2) | RunnableLambda(numbered),
            "question": RunnablePassthrough(),
        }
        | ChatPromptTemplate.from_template("{context}\n質問: {question}")
        | RunnableLambda(recorded)
        | GenericFakeChatModel(messages=iter([AIMessage("受付で管理します。[1]")]))
        | StrOutputParser()
    )
    assert chain.invoke(QUESTION) == "受付で管理します。[1]"
    assert "[1] 名札は番号を付けて受付で管理し" in asked[0]
