"""The closed list of errors: a stable code, an HTTP status and a Japanese message that says what to do."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class ErrorCode(StrEnum):
    """Every code that a user can meet. Codes are part of the contract: add, never rename."""

    # the question, the request
    INVALID_REQUEST = "invalid_request"
    QUESTION_EMPTY = "question_empty"
    QUESTION_TOO_LONG = "question_too_long"
    REQUEST_TOO_LARGE = "request_too_large"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    ANSWER_NOT_FOUND = "answer_not_found"
    SOURCE_NOT_FOUND = "source_not_found"
    ENGINE_UNAVAILABLE = "engine_unavailable"
    CITATION_NOT_FOUND = "citation_not_found"
    PAGE_NOT_FOUND = "page_not_found"
    PAGE_NO_PICTURE = "page_no_picture"
    PAGE_UNREADABLE = "page_unreadable"
    PAGES_BUSY = "pages_busy"
    SOURCE_FILE_MISSING = "source_file_missing"
    SOURCE_FILE_CHANGED = "source_file_changed"
    MODEL_NOT_FOUND = "model_not_found"
    PARAMETER_UNSUPPORTED = "parameter_unsupported"
    TOOL_NOT_FOUND = "tool_not_found"
    ORIGIN_NOT_ALLOWED = "origin_not_allowed"
    KEY_MISSING = "key_missing"
    KEY_INVALID = "key_invalid"
    KEY_EXPIRED = "key_expired"
    SCOPE_MISSING = "scope_missing"
    KEY_NOT_FOUND = "key_not_found"
    KEYS_NEEDED = "keys_needed"
    RATE_LIMITED = "rate_limited"
    LOGIN_FAILED = "login_failed"
    LOGIN_LIMITED = "login_limited"
    LOGIN_STALE = "login_stale"
    LOGIN_NOT_ALLOWED = "login_not_allowed"
    LOGIN_NEEDS_HTTPS = "login_needs_https"
    SESSION_EXPIRED = "session_expired"
    CSRF_FAILED = "csrf_failed"
    OIDC_UNAVAILABLE = "oidc_unavailable"
    OIDC_REFUSED = "oidc_refused"
    ACCOUNT_NOT_FOUND = "account_not_found"
    ACCOUNT_EXISTS = "account_exists"
    PASSWORD_WEAK = "password_weak"  # noqa: S105 - the name of an error
    PASSWORD_WRONG = "password_wrong"  # noqa: S105 - the name of an error
    PASSWORD_ELSEWHERE = "password_elsewhere"  # noqa: S105 - the name of an error
    OVERLOADED = "overloaded"
    REQUEST_TIMEOUT = "request_timeout"
    IDEMPOTENCY_CONFLICT = "idempotency_conflict"
    INTERNAL = "internal"
    WARMING_UP = "warming_up"
    # the organiser's work
    QUESTION_NOT_FOUND = "question_not_found"
    MEETING_NOT_FOUND = "meeting_not_found"
    MEETING_EXISTS = "meeting_exists"
    EDIT_CONFLICT = "edit_conflict"
    QUESTION_DUPLICATE = "question_duplicate"
    NO_QUESTIONS = "no_questions"
    CHANGE_INVALID = "change_invalid"
    DRAFT_NOT_FOUND = "draft_not_found"
    DRAFT_CHANGED = "draft_changed"
    DRAFT_STATE = "draft_state"
    DRAFT_UNSUPPORTED = "draft_unsupported"
    DRAFT_FAILED = "draft_failed"
    EXPORT_FORMAT = "export_format"
    EXPORT_UNWRITABLE = "export_unwritable"
    NOTHING_TO_EXPORT = "nothing_to_export"
    TEMPLATE_UNUSABLE = "template_unusable"
    PUBLISH_REFUSED = "publish_refused"
    STORE_DAMAGED = "store_damaged"
    DATABASE_UNAVAILABLE = "database_unavailable"
    DATABASE_OUTDATED = "database_outdated"
    DATABASE_NEWER = "database_newer"
    DATABASE_OCCUPIED = "database_occupied"
    ADDRESS_UNAVAILABLE = "address_unavailable"
    # the index and the model
    INDEX_MISSING = "index_missing"
    INDEX_DAMAGED = "index_damaged"
    INDEX_LOCKED = "index_locked"
    INGEST_RUNNING = "ingest_running"
    VECTORS_UNAVAILABLE = "vectors_unavailable"
    EMBEDDER_MISMATCH = "embedder_mismatch"
    GENERATION_DAMAGED = "generation_damaged"
    GENERATION_MISSING = "generation_missing"
    MODEL_UNAVAILABLE = "model_unavailable"
    MODEL_CHECKSUM = "model_checksum"
    RERANKER_NOT_JAPANESE = "reranker_not_japanese"
    LLM_PACKAGE_MISSING = "llm_package_missing"
    LLM_UNAVAILABLE = "llm_unavailable"
    DATA_DIR_UNWRITABLE = "data_dir_unwritable"
    # backup and restore
    BACKUP_UNWRITABLE = "backup_unwritable"
    BACKUP_DAMAGED = "backup_damaged"
    BACKUP_FOREIGN = "backup_foreign"
    RESTORE_OCCUPIED = "restore_occupied"
    RESTORE_NO_SPACE = "restore_no_space"
    RESTORE_BUSY = "restore_busy"
    RESTORE_UNFINISHED = "restore_unfinished"
    # settings and the corpus as a whole
    SETTING_INVALID = "setting_invalid"
    CORPUS_MISSING = "corpus_missing"
    CATALOGUE_INVALID = "catalogue_invalid"
    KIT_INVALID = "kit_invalid"
    QUESTION_SET_INVALID = "question_set_invalid"
    # one file of the corpus
    FILE_UNSUPPORTED = "file_unsupported"
    FILE_UNREADABLE = "file_unreadable"
    FILE_EMPTY = "file_empty"
    FILE_ENCRYPTED = "file_encrypted"
    FILE_DAMAGED = "file_damaged"
    FILE_ENCODING = "file_encoding"
    FILE_NO_TEXT = "file_no_text"
    FILE_GARBLED = "file_garbled"
    FILE_TOO_LARGE = "file_too_large"
    FILE_TIMEOUT = "file_timeout"
    CONSULTATION_INVALID = "consultation_invalid"
    # fetching a catalogued document
    FETCH_NOT_HTTPS = "fetch_not_https"
    FETCH_PRIVATE_ADDRESS = "fetch_private_address"
    FETCH_UNREACHABLE = "fetch_unreachable"
    FETCH_TIMEOUT = "fetch_timeout"
    FETCH_STATUS = "fetch_status"
    FETCH_TOO_LARGE = "fetch_too_large"
    FETCH_WRONG_TYPE = "fetch_wrong_type"
    FETCH_CHECKSUM = "fetch_checksum"


@dataclass(frozen=True, slots=True)
class ErrorSpec:
    """How one code is shown: HTTP status and a message template filled from the error's detail."""

    status: int
    message: str


ERROR_SPECS: dict[ErrorCode, ErrorSpec] = {
    ErrorCode.INVALID_REQUEST: ErrorSpec(422, "リクエストの形式が正しくありません。detail を確認し、APIの説明（/docs）に合わせて送り直してください。"),
    ErrorCode.QUESTION_EMPTY: ErrorSpec(400, "質問が空です。知りたいことを文章で入力してください。"),
    ErrorCode.QUESTION_TOO_LONG: ErrorSpec(413, "質問が長すぎます（{length}文字）。{limit}文字以内に要点をまとめて入力してください。"),
    ErrorCode.REQUEST_TOO_LARGE: ErrorSpec(413, "リクエストが大きすぎます。{limit}バイト以内にしてください。"),
    ErrorCode.NOT_FOUND: ErrorSpec(404, "指定されたアドレスはありません。/docs で正しいアドレスを確認してください。"),
    ErrorCode.METHOD_NOT_ALLOWED: ErrorSpec(405, "このアドレスではその操作を行えません。/docs で使い方を確認してください。"),
    ErrorCode.ANSWER_NOT_FOUND: ErrorSpec(404, "回答 {id} は保存されていません。IDを確認するか、もう一度質問してください。"),
    ErrorCode.SOURCE_NOT_FOUND: ErrorSpec(404, "資料 {id} は登録されていません。/api/v1/sources で資料の一覧を確認してください。"),
    ErrorCode.ENGINE_UNAVAILABLE: ErrorSpec(400, "回答方式「{engine}」は設定されていません。engine を省くか extractive を指定してください。"),
    ErrorCode.CITATION_NOT_FOUND: ErrorSpec(404, "回答 {answer} には、この資料の引用 [{n}] がありません。回答の citations を確認してください。"),
    ErrorCode.PAGE_NOT_FOUND: ErrorSpec(404, "資料 {id} に {page} ページはありません（全 {count} ページ）。ページ番号を確認してください。"),
    ErrorCode.PAGE_NO_PICTURE: ErrorSpec(404, "資料 {id} はPDFではないため、ページの画像がありません。末尾の .png や /marks を除いたアドレスを開いてください。"),
    ErrorCode.PAGE_UNREADABLE: ErrorSpec(422, "資料 {id} の {page} ページを画像にできません（{reason}）。元の資料を直接開いて確認してください。"),
    ErrorCode.PAGES_BUSY: ErrorSpec(503, "ほかのページを表示する処理で混み合っています。少し待ってからもう一度開いてください。"),
    ErrorCode.SOURCE_FILE_MISSING: ErrorSpec(404, "資料 {id} のファイルがここにありません。発行元のサイトで確認するか、ファイルを置いて「yorozu ingest」を実行するよう管理者に依頼してください。"),
    ErrorCode.SOURCE_FILE_CHANGED: ErrorSpec(409, "資料 {id} のファイルが、取り込んだあとで変わっています。管理者に「yorozu ingest」の実行を依頼してください。"),
    ErrorCode.MODEL_NOT_FOUND: ErrorSpec(404, "モデル「{model}」はありません。{models} のいずれかを指定してください。"),
    ErrorCode.PARAMETER_UNSUPPORTED: ErrorSpec(400, "{param} のこの指定には対応していません。{reason}。指定を変えて送り直してください。"),
    ErrorCode.TOOL_NOT_FOUND: ErrorSpec(404, "道具「{tool}」はありません。{tools} のいずれかを使ってください。"),
    ErrorCode.ORIGIN_NOT_ALLOWED: ErrorSpec(403, "このページ（{origin}）からの利用は許可されていません。管理者に、設定 YOROZU_CORS_ORIGINS への追加を依頼してください。"),
    ErrorCode.KEY_MISSING: ErrorSpec(401, "APIキーかログインが必要です。ブラウザーからはログインし、プログラムからは管理者から受け取ったキーを Authorization: Bearer に入れて送ってください。"),
    ErrorCode.KEY_INVALID: ErrorSpec(401, "APIキーが正しくないか、無効にされています。キーを確認するか、管理者に新しいキーを依頼してください。"),
    ErrorCode.KEY_EXPIRED: ErrorSpec(401, "APIキーの期限が切れています（{expired_at}）。管理者に新しいキーを依頼してください。"),
    ErrorCode.SCOPE_MISSING: ErrorSpec(403, "この操作を行う権限がありません（必要な権限: {needed}）。権限のあるキーかアカウントを使うか、管理者に依頼してください。"),
    ErrorCode.KEY_NOT_FOUND: ErrorSpec(404, "使えるAPIキー {id} がありません。「yorozu keys list」でIDを確認してください。"),
    ErrorCode.KEYS_NEEDED: ErrorSpec(503, "{host} で待ち受けるには、APIキーかログインする人が必要ですが、どちらもありません。「yorozu keys create 名前」でキーを、または「yorozu accounts create 名前」でアカウントを作ってください。キーなしの利用を許すときは、YOROZU_ANONYMOUS=true を設定してください。"),
    ErrorCode.LOGIN_FAILED: ErrorSpec(401, "名前かパスワードが違います。確認してもう一度入力してください。お忘れのときは、管理者に設定のし直しを依頼してください。"),
    ErrorCode.LOGIN_LIMITED: ErrorSpec(429, "ログインの失敗やパスワードの誤りが続いたため、しばらく受け付けません。{seconds}秒待ってからもう一度お試しください。"),
    ErrorCode.LOGIN_STALE: ErrorSpec(400, "ログインの手続きが途中で切れました。ログインのページを開き直し、最初からお試しください。"),
    ErrorCode.LOGIN_NOT_ALLOWED: ErrorSpec(403, "このアカウントには、このサービスの利用が許可されていません。必要なときは管理者に依頼してください。"),
    ErrorCode.LOGIN_NEEDS_HTTPS: ErrorSpec(503, "暗号化されていないアドレスではログインできません。https で公開し、設定 YOROZU_PUBLIC_URL にそのアドレス（https://yorozu.example.jp の形）を指定するよう管理者に依頼してください。"),
    ErrorCode.SESSION_EXPIRED: ErrorSpec(401, "ログインの期限が切れました。もう一度ログインしてください。"),
    ErrorCode.CSRF_FAILED: ErrorSpec(403, "このサービスのページから送られたことを確認できませんでした。ページを読み込み直してから、もう一度操作してください。"),
    ErrorCode.OIDC_UNAVAILABLE: ErrorSpec(502, "認証サーバーに接続できません（{reason}）。時間をおいて試し、続くときは管理者に伝えてください。"),
    ErrorCode.OIDC_REFUSED: ErrorSpec(502, "認証サーバーの応答を確認できませんでした（{reason}）。もう一度ログインし、続くときは管理者に伝えてください。"),
    ErrorCode.ACCOUNT_NOT_FOUND: ErrorSpec(404, "アカウント {name} はありません。「yorozu accounts list」で確認してください。"),
    ErrorCode.ACCOUNT_EXISTS: ErrorSpec(409, "アカウント {name} はすでにあります。別の名前を指定するか、「yorozu accounts password」でパスワードを設定し直してください。"),
    ErrorCode.PASSWORD_WEAK: ErrorSpec(400, "このパスワードは使えません（{reason}）。別のパスワードを指定してください。"),
    ErrorCode.PASSWORD_WRONG: ErrorSpec(403, "今のパスワードが違います。確認してもう一度入力してください。お忘れのときは、管理者に設定のし直しを依頼してください。"),
    ErrorCode.PASSWORD_ELSEWHERE: ErrorSpec(403, "パスワードを変更できるのは、このサービスのアカウントでログインしている人だけです。アカウントをお持ちなら、ブラウザーでログインしてからお試しください。会社のアカウントのパスワードは会社の認証サーバーで変更し、APIキーの更新は管理者に依頼してください。"),
    ErrorCode.RATE_LIMITED: ErrorSpec(429, "リクエストが多すぎます。{seconds}秒待ってからもう一度送ってください。"),
    ErrorCode.OVERLOADED: ErrorSpec(429, "混み合っています。少し待ってからもう一度送ってください。"),
    ErrorCode.REQUEST_TIMEOUT: ErrorSpec(503, "{seconds}秒以内に処理が終わりませんでした。少し待ってからもう一度送ってください。"),
    ErrorCode.IDEMPOTENCY_CONFLICT: ErrorSpec(409, "この Idempotency-Key は、内容の異なるリクエストで使われています。新しいリクエストには新しいキーを付けてください。"),
    ErrorCode.INTERNAL: ErrorSpec(500, "内部で問題が起きました。時間をおいて試し、続くときは管理者に request_id を伝えてください。"),
    ErrorCode.WARMING_UP: ErrorSpec(503, "準備中です。数十秒待ってからもう一度お試しください。"),
    ErrorCode.QUESTION_NOT_FOUND: ErrorSpec(404, "質問 {id} は登録されていません。一覧を開き直して確認してください。"),
    ErrorCode.MEETING_NOT_FOUND: ErrorSpec(404, "相談会 {id} は登録されていません。IDを確認するか、先に相談会を登録してください。"),
    ErrorCode.MEETING_EXISTS: ErrorSpec(409, "相談会 {id} はすでに登録されています。別のIDを指定してください。"),
    ErrorCode.EDIT_CONFLICT: ErrorSpec(409, "ほかの方が先に変更しました（{changed_by}、{changed_at}）。最新の内容を読み込み、変更を確認してからもう一度保存してください。"),
    ErrorCode.QUESTION_DUPLICATE: ErrorSpec(409, "同じ質問がこの相談会にすでに登録されています（{id}）。一覧を確認してください。"),
    ErrorCode.NO_QUESTIONS: ErrorSpec(400, "質問が見つかりません（{reason}）。質問の列を指定するか、ファイルの内容を確認してください。"),
    ErrorCode.CHANGE_INVALID: ErrorSpec(400, "この変更はできません（{reason}）。最新の一覧を読み込んでからやり直してください。"),
    ErrorCode.DRAFT_NOT_FOUND: ErrorSpec(404, "下書き {id} はありません。一覧を開き直して確認してください。"),
    ErrorCode.DRAFT_CHANGED: ErrorSpec(409, "この下書きは、ほかの方が先に変更しました（{changed_by}、{changed_at}、版 {version}）。入力した内容は保存していません。最新の版を読み込み、見比べてからもう一度保存してください。"),
    ErrorCode.DRAFT_STATE: ErrorSpec(409, "「{state}」の下書きには、この操作を行えません。{hint}下書きの状態を確認してから、もう一度操作してください。"),
    ErrorCode.DRAFT_UNSUPPORTED: ErrorSpec(409, "引用元と一致しない文が{count}件あります（「{first}」など）。文か引用を直すか、このまま承認する理由を reason に入力してください。"),
    ErrorCode.DRAFT_FAILED: ErrorSpec(500, "この質問の下書きを作れませんでした。作り直しを実行し、続くときは管理者に伝えてください。"),
    ErrorCode.EXPORT_FORMAT: ErrorSpec(400, "「{suffix}」の形式では書き出せません。.pptx・.docx・.xlsx・.md・.json のいずれかを指定してください（.xlsx は、もとの質問が xlsx か csv のときだけです）。"),
    ErrorCode.EXPORT_UNWRITABLE: ErrorSpec(400, "{path} に書き込めません（{reason}）。ほかのソフトで開いていないか、権限と空き容量を確認してください。"),
    ErrorCode.NOTHING_TO_EXPORT: ErrorSpec(400, "書き出す質問がありません。先に質問を取り込み、取り上げる質問を選んでください。"),
    ErrorCode.TEMPLATE_UNUSABLE: ErrorSpec(400, "スライドのひな形 {path} は使えません（{reason}）。タイトルと本文の枠があるレイアウトを含む .pptx を YOROZU_DECK_TEMPLATE に指定してください。"),
    ErrorCode.PUBLISH_REFUSED: ErrorSpec(409, "相談会 {id} の公開や取り下げを行えません（{reason}）。下書きの承認と公開の状態を確認してから、もう一度操作してください。"),
    ErrorCode.STORE_DAMAGED: ErrorSpec(503, "回答の保存先 {path} を開けません（{reason}）。このファイルを別の場所に移してから起動し直してください。"),
    ErrorCode.DATABASE_UNAVAILABLE: ErrorSpec(503, "データベースに接続できません（{reason}）。少し待ってからもう一度お試しください。続くときは、YOROZU_DATABASE の設定とデータベースの状態を確認するよう管理者に依頼してください。"),
    ErrorCode.DATABASE_OUTDATED: ErrorSpec(503, "データベースの形式（{found}）が、この版の必要とする形式（{needed}）より古いままです。「yorozu database upgrade」を一度実行してから起動してください。"),
    ErrorCode.DATABASE_NEWER: ErrorSpec(503, "データベースの形式（{found}）は、この版の知る形式（{known}）より新しいものです。新しい版の yorozu を使うか、新しい版で「yorozu database downgrade」を実行してください。"),
    ErrorCode.DATABASE_OCCUPIED: ErrorSpec(409, "データベースにはすでにデータがあります。何も変更していません。空のデータベースを YOROZU_DATABASE に指定するか、置き換えてよければ --force を付けてください（今のデータは {path} の中の before-restore-… に残ります）。"),
    ErrorCode.ADDRESS_UNAVAILABLE: ErrorSpec(503, "{host}:{port} で待ち受けられません（{reason}）。--port で別の番号を指定してください。"),
    ErrorCode.INDEX_MISSING: ErrorSpec(503, "索引がまだありません。「yorozu ingest」を実行してから使ってください。"),
    ErrorCode.INDEX_DAMAGED: ErrorSpec(503, "索引を開けません（{reason}）。「yorozu rollback」で前の世代に戻すか、「yorozu ingest --rebuild」で作り直してください。"),
    ErrorCode.INDEX_LOCKED: ErrorSpec(409, "別の取り込みが実行中です（プロセス {pid}）。終わってからもう一度実行してください。"),
    ErrorCode.INGEST_RUNNING: ErrorSpec(409, "取り込みはすでに実行中です。終わってからもう一度実行してください。"),
    ErrorCode.VECTORS_UNAVAILABLE: ErrorSpec(503, "ベクトルのサーバー（Chroma）に書き込めません（{reason}）。YOROZU_CHROMA の設定とサーバーの状態を確認して、もう一度「yorozu ingest」を実行してください。"),
    ErrorCode.EMBEDDER_MISMATCH: ErrorSpec(503, "索引は埋め込みモデル「{index}」で作られていますが、設定は「{configured}」です。「yorozu ingest」を実行して作り直すか、設定を戻してください。"),
    ErrorCode.GENERATION_DAMAGED: ErrorSpec(503, "受け渡された世代 {name} が、送り出したときの内容と一致しません。送り出す側で「yorozu generation export」をもう一度実行してください。"),
    ErrorCode.GENERATION_MISSING: ErrorSpec(404, "戻せる世代がありません。「yorozu ingest」で索引を作ってください。"),
    ErrorCode.MODEL_UNAVAILABLE: ErrorSpec(503, "埋め込みモデルを用意できません（{reason}）。ネットワークかプロキシの設定を確認し「yorozu model」を実行してください。"),
    ErrorCode.MODEL_CHECKSUM: ErrorSpec(503, "埋め込みモデルのファイルが壊れているか、すり替わっています（{file}）。{file} を削除して「yorozu model」を実行してください。"),
    ErrorCode.RERANKER_NOT_JAPANESE: ErrorSpec(500, "並べ替えのモデルは日本語を見分けられません（{of}問中{right}問）。日本語のモデルを YOROZU_RERANKER に指定するか、設定を外してください。"),
    ErrorCode.LLM_PACKAGE_MISSING: ErrorSpec(503, "言語モデル「{model}」を使うためのパッケージがありません。「pip install {package}」を実行するか、YOROZU_LLM の設定を外してください。"),
    ErrorCode.LLM_UNAVAILABLE: ErrorSpec(503, "言語モデル「{model}」が応答しません（{reason}）。YOROZU_LLM で始まる設定とサーバーの状態を確認してください。その間は、資料からの抜き出しで回答します。"),
    ErrorCode.DATA_DIR_UNWRITABLE: ErrorSpec(500, "データフォルダー {path} に書き込めません。権限と空き容量を確認するか、--data-dir で別の場所を指定してください。"),
    ErrorCode.BACKUP_UNWRITABLE: ErrorSpec(500, "バックアップ {path} を書き込めません（{reason}）。権限と空き容量を確認するか、別の場所を指定してください。"),
    ErrorCode.BACKUP_DAMAGED: ErrorSpec(400, "バックアップ {path} が壊れています（{reason}）。何も変更していません。別のバックアップを指定してください。"),
    ErrorCode.BACKUP_FOREIGN: ErrorSpec(400, "{path} は、この版の yorozu で戻せるバックアップではありません（{reason}）。何も変更していません。ファイルを確認してください。"),
    ErrorCode.RESTORE_OCCUPIED: ErrorSpec(409, "{path} にはすでにデータがあります。何も変更していません。別の --data-dir と --corpus を指定するか、置き換えてよければ --force を付けてください（今のデータは {path} の中の before-restore-… に残ります）。"),
    ErrorCode.RESTORE_NO_SPACE: ErrorSpec(507, "{path} の空き容量が足りません（必要 {needed_mb} MB、空き {free_mb} MB）。何も変更していません。空きを作ってから、もう一度実行してください。"),
    ErrorCode.RESTORE_BUSY: ErrorSpec(409, "{path} を使っているサービスが動いています。何も変更していません。サービスを止めてから、もう一度実行してください。"),
    ErrorCode.RESTORE_UNFINISHED: ErrorSpec(503, "{path} への復元が途中で止まっています。「yorozu restore」を、同じ指定でもう一度実行してください。"),
    ErrorCode.SETTING_INVALID: ErrorSpec(500, "設定 {name} が正しくありません（{reason}）。README の設定一覧を見て直してください。"),
    ErrorCode.CORPUS_MISSING: ErrorSpec(400, "取り込むフォルダーまたはファイル {path} がありません。場所を確認して指定し直してください。"),
    ErrorCode.CATALOGUE_INVALID: ErrorSpec(400, "資料目録 {path} に誤りがあります（{reason}）。該当箇所を直してください。"),
    ErrorCode.KIT_INVALID: ErrorSpec(400, "評価キット {path} を読めません（{reason}）。docs/evaluation.md の形式に合わせてください。"),
    ErrorCode.QUESTION_SET_INVALID: ErrorSpec(400, "質問集 {path} を読めません（{reason}）。docs/evaluation.md の形式に合わせてください。"),
    ErrorCode.FILE_UNSUPPORTED: ErrorSpec(400, "この形式（{suffix}）は読めません。PDF・docx・xlsx・csv・pptx・html・md・rst・txt・yaml のいずれかに変換してください。"),
    ErrorCode.FILE_UNREADABLE: ErrorSpec(400, "ファイルを開けません（{reason}）。権限を確認するか、置き直してください。"),
    ErrorCode.FILE_EMPTY: ErrorSpec(400, "中身が空です。正しいファイルを置き直してください。"),
    ErrorCode.FILE_ENCRYPTED: ErrorSpec(400, "パスワードで保護されています。パスワードを外して保存し直したものを置いてください。"),
    ErrorCode.FILE_DAMAGED: ErrorSpec(400, "ファイルが壊れているようです（{reason}）。配布元から取り直してください。"),
    ErrorCode.FILE_ENCODING: ErrorSpec(400, "文字コードを判別できません。UTF-8 で保存し直してください。"),
    ErrorCode.FILE_NO_TEXT: ErrorSpec(400, "文字のデータがありません（画像だけのページなど）。文字認識（OCR）をかけたものを置いてください。"),
    ErrorCode.FILE_GARBLED: ErrorSpec(400, "文字が正しく取り出せません（文字化け）。元のファイルからPDFを作り直すか、OCRをかけてください。"),
    ErrorCode.FILE_TOO_LARGE: ErrorSpec(400, "ファイルが大きすぎます（上限 {limit_mb} MB）。分割して置いてください。"),
    ErrorCode.FILE_TIMEOUT: ErrorSpec(400, "読み取りが {seconds} 秒以内に終わりませんでした。分割するか、別の形式に変換して置いてください。"),
    ErrorCode.CONSULTATION_INVALID: ErrorSpec(400, "相談会ファイルに誤りがあります（{reason}）。corpus/README.md の書式に合わせて直してください。"),
    ErrorCode.FETCH_NOT_HTTPS: ErrorSpec(400, "https 以外のURLは取得しません（{url}）。目録のURLを直してください。"),
    ErrorCode.FETCH_PRIVATE_ADDRESS: ErrorSpec(400, "公開されていないアドレスからは取得しません（{url}）。手で取得して corpus/documents/ に置いてください。"),
    ErrorCode.FETCH_UNREACHABLE: ErrorSpec(502, "接続できません（{url}）。ネットワークとプロキシ（HTTPS_PROXY）の設定を確認してください。"),
    ErrorCode.FETCH_TIMEOUT: ErrorSpec(504, "時間内に取得できませんでした（{url}）。もう一度実行すると続きから取得します。"),
    ErrorCode.FETCH_STATUS: ErrorSpec(502, "配布元が {status} を返しました（{url}）。URLが変わっていないか確認し、目録を直してください。"),
    ErrorCode.FETCH_TOO_LARGE: ErrorSpec(400, "上限 {limit_mb} MB を超えています（{url}）。手で取得して corpus/documents/ に置いてください。"),
    ErrorCode.FETCH_WRONG_TYPE: ErrorSpec(502, "目録の種類（{expected}）と違うもの（{found}）が返りました（{url}）。URLを確認してください。"),
    ErrorCode.FETCH_CHECKSUM: ErrorSpec(502, "目録の検査値と一致しません（{url}）。改訂されていないか確認し、目録を更新してください。"),
}  # fmt: skip


class YorozuError(Exception):
    """An expected failure. `detail` fills the message and travels with it to the user.

    Attributes:
        code: stable code from the closed list.
        detail: values named in the message template, JSON-serialisable.
    """

    def __init__(self, code: ErrorCode, **detail: Any) -> None:
        self.code = code
        self.detail = detail
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The Japanese message with its detail filled in."""
        return ERROR_SPECS[self.code].message.format_map(_Blank(self.detail))

    @property
    def status(self) -> int:
        """The HTTP status that fits."""
        return ERROR_SPECS[self.code].status


class _Blank(dict[str, Any]):
    """A missing detail shows as '-' instead of hiding the error behind a KeyError."""

    def __missing__(self, key: str) -> str:
        return "-"
