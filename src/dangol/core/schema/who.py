"""Who are the customers? People and the accounts they belong to."""

from __future__ import annotations

from typing import Final

from dangol.core.language import Said
from dangol.core.schema.noun import PERSON_ID, Column, Noun

PERSON: Final = Column(
    "person_id",
    PERSON_ID,
    Said("The customer, as a whole number inside this world", "고객을 가리키는 내부 번호"),
    is_required=True,
    headings=(
        "person_id", "customer_id", "customer_no", "customer_number", "customer_code", "customer_key",
        "customer_external_id", "user_id", "member_id", "member_no", "client_id", "cust_id", "cust_no", "cid", "uid",
        "buyer_id", "shopper_id", "subscriber_id", "contact_id", "distinct_id", "anonymous_id", "patient_id",
        "donor_id", "guest_id", "고객번호", "고객id", "고객아이디", "고객코드", "고객식별자", "회원번호", "회원id", "회원아이디",
        "회원코드", "멤버id", "사용자id", "사용자번호", "유저id", "구매자id", "구매자아이디", "구매자번호", "주문자id",
        "주문자아이디", "가입자번호", "customer", "user", "client", "member", "buyer", "고객", "회원", "사용자", "구매자", "주문자",
        "아이디", "customer_email", "email", "email_address", "user_email", "billing_email", "contact_email",
        "이메일", "고객이메일", "주문자이메일", "구매자이메일", "주문자휴대전화", "구매자연락처", "주문자연락처", "휴대전화", "휴대폰번호",
        "전화번호", "연락처", "phone", "customer_name", "구매자명", "주문자명", "고객명", "회원명", "id",
    ),
)  # fmt: skip

PEOPLE: Final = Noun(
    "people",
    Said("People", "고객"),
    (
        PERSON,
        Column("external_id", "string", Said("The customer's id in the source", "원본의 고객 식별자")),
        Column("name", "string", Said("Name", "이름"), headings=("name", "full_name", "customer_name", "이름", "고객명", "성명", "회원명")),
        Column("email", "string", Said("E-mail address", "이메일"), headings=("email", "e-mail", "이메일", "메일")),
        Column("account_id", "string", Said("Account the person belongs to", "소속 거래처"),
               headings=("account_id", "account", "company_id", "company", "회사", "거래처", "거래처번호")),
        Column("joined_on", "date", Said("First day as a known person", "가입일"),
               headings=("joined_on", "signup_date", "sign_up_date", "joined_at", "join_date", "created_at", "created",
                         "registered_at", "registration_date", "customer_since", "가입일", "가입일자", "가입일시", "회원가입일", "등록일")),
        Column("channel", "string", Said("Where the person came from", "유입 경로"),
               headings=("channel", "source", "utm_source", "acquisition_channel", "유입경로", "유입채널")),
        Column("country", "string", Said("Country", "국가"), headings=("country", "country_code", "국가", "나라")),
        Column("plan", "string", Said("Current plan or tier", "현재 요금제 또는 등급"),
               headings=("plan", "tier", "contract", "membership", "요금제", "등급", "회원등급", "고객등급")),
        Column("referrer_id", PERSON_ID, Said("Who referred this person", "추천한 고객"),
               headings=("referrer_id", "referred_by", "추천인")),
        Column("traits", "string", Said("Every other field, as JSON text", "그 밖의 속성(JSON)")),
    ),
    key=("person_id",),
)  # fmt: skip

ACCOUNTS: Final = Noun(
    "accounts",
    Said("Accounts", "거래처"),
    (
        Column("account_id", "string", Said("The account's id", "거래처 식별자"), is_required=True,
               headings=("account_id", "company_id", "organization_id", "거래처번호", "회사번호")),
        Column("name", "string", Said("Name", "이름"), headings=("account_name", "company", "회사명", "거래처명")),
        Column("plan", "string", Said("Plan", "요금제"), headings=("plan", "tier", "요금제", "등급")),
        Column("industry", "string", Said("Industry", "업종"), headings=("industry", "sector", "업종", "산업")),
        Column("owner", "string", Said("Who looks after it", "담당자"), headings=("owner", "csm", "담당자")),
        Column("created_on", "date", Said("First day as an account", "개설일"),
               headings=("created_at", "created_on", "개설일", "계약일")),
        Column("seats_count", "int64", Said("Seats paid for", "구매 좌석 수"), headings=("seats", "좌석수")),
        Column("traits", "string", Said("Every other field, as JSON text", "그 밖의 속성(JSON)")),
    ),
    key=("account_id",),
)  # fmt: skip
