"""Who must act, who leads, and to whom the result goes."""

from __future__ import annotations

from datetime import date

import pytest

from chuangwen.directives.extract import Draft, extract

HELD = date(2026, 9, 15)


def tasks(text: str) -> tuple[Draft, ...]:
    return extract(text, document_date=HELD).tasks


def only(text: str) -> Draft:
    [task] = tasks(text)
    return task


@pytest.mark.parametrize(
    ("subject", "bodies"),
    [
        ("市园林局", "市园林局"),
        ("市教育局、市卫健委和市水利局", "市教育局 市卫健委 市水利局"),
        ("市水利局、市交通局以及沿线各乡镇", "市水利局 市交通局 沿线各乡镇"),
        ("市委办公室、市政府办公室", "市委办公室 市政府办公室"),
        ("各县市区、各级各部门", "各县市区 各级各部门"),
        ("各县（市、区）", "各县（市、区）"),
        ("各乡镇街道、村（社区）", "各乡镇街道 村（社区）"),
        ("教育、卫生、水利等部门", "教育 卫生 水利"),
        ("电力、通信、燃气等企业", "电力 通信 燃气"),
        ("市日报社、市电视台、今日示例等媒体", "市日报社 市电视台 今日示例"),
        ("市委、市人大、市政府、市政协四大家机关", "市委 市人大 市政府 市政协"),
        ("市人力资源和社会保障局", "市人力资源和社会保障局"),
        ("市发展和改革委员会、市自然资源和规划局", "市发展和改革委员会 市自然资源和规划局"),
        ("区行政审批和政务服务局", "区行政审批和政务服务局"),
        ("市环卫处、园林处、市政处", "市环卫处 园林处 市政处"),
        ("示例县、样板区", "示例县 样板区"),
        ("牵头单位", "牵头单位"),
        ("市委宣传部、市文明办，各县区党委", "市委宣传部 市文明办 各县区党委"),
        ("各镇（街道）、开发区管委会，市直各单位", "各镇（街道） 开发区管委会 市直各单位"),
        ("餐饮企业", "餐饮企业"),
        ("各社区居委会、村委会", "各社区居委会 村委会"),
    ],
)
def test_the_subject_of_a_duty_is_split_into_its_bodies(subject: str, bodies: str) -> None:
    assert only(f"{subject}要于10月底前完成排查。").responsible == tuple(bodies.split())


@pytest.mark.parametrize(
    ("text", "lead", "bodies"),
    [
        ("市政务服务中心要牵头制定窗口规范。", "市政务服务中心", "市政务服务中心"),
        ("由市教育局牵头，市公安局配合，开展校园整治。", "市教育局", "市教育局 市公安局"),
        ("市民政局要会同市残联、市妇联开展走访。", None, "市民政局 市残联 市妇联"),
        ("市民政局会同市残联、市妇联于10月底前开展走访。", None, "市民政局 市残联 市妇联"),
        ("市民政局牵头，会同市残联、市妇联开展走访。", "市民政局", "市民政局 市残联 市妇联"),
        ("请市水利局于10月底前完成除险加固。", None, "市水利局"),
        ("责成市城管局限期整改。", None, "市城管局"),
        ("绿化方案由市园林局10月15日前制定。", None, "市园林局"),
        ("宣传内容由市委宣传部审定。", None, "市委宣传部"),
        ("散会后各单位要抓紧传达。", None, "各单位"),
        ("市教育局要督促各学校开展排查。", None, "市教育局"),
        ("市教育局、市公安局分别负责校内、校外安全。", None, "市教育局 市公安局"),
        ("各单位要于10月底前完成排查。", None, "各单位"),
        ("10月底前完成排查。", None, ""),
    ],
)
def test_those_who_lead_help_or_are_asked_all_act(text: str, lead: str | None, bodies: str) -> None:
    task = only(text)
    assert (task.lead, task.responsible) == (lead, tuple(bodies.split()))


@pytest.mark.parametrize(
    ("bracket", "lead", "bodies"),
    [
        ("（市教育局牵头，市公安局、市城管局配合）", "市教育局", "市教育局 市公安局 市城管局"),
        ("（市教育局、市财政局负责）", None, "市教育局 市财政局"),
        ("（责任单位：市应急局、市气象局）", None, "市应急局 市气象局"),
        ("（牵头单位：市住建局；配合单位：各县区）", "市住建局", "市住建局 各县区"),
    ],
)
@pytest.mark.parametrize("form", ["四、重点任务\n1．完善公示制度{}。", "四、重点任务\n1．完善公示制度。{}"])
def test_a_bracket_names_the_doers_of_what_stands_before_it(
    form: str, bracket: str, lead: str | None, bodies: str
) -> None:
    task = only(form.format(bracket))
    assert (task.lead, task.responsible) == (lead, tuple(bodies.split()))


@pytest.mark.parametrize(
    "document",
    [
        "三、任务\n1．开展车站整治行动。牵头单位：市交通局。配合单位：市公安局。完成时限：10月25日前。\n",
        "三、任务\n1．开展车站整治行动\n牵头单位：市交通局\n配合单位：市公安局\n完成时限：10月25日前\n",
    ],
)
def test_labels_after_a_deed_name_its_doers_and_its_deadline(document: str) -> None:
    task = only(f"{document}2．加强培训工作\n")
    assert (task.text, task.lead, task.responsible, task.due) == (
        "开展车站整治行动",
        "市交通局",
        ("市交通局", "市公安局"),
        date(2026, 10, 25),
    )


def test_a_bracket_may_name_the_deadline_too() -> None:
    task = only("二、任务\n1．完成管网改造（责任单位：市住建局；完成时限：11月底前）。")
    assert (task.responsible, task.due) == (("市住建局",), date(2026, 11, 30))


def test_a_duty_goes_on_with_the_doer_of_its_paragraph() -> None:
    first, second = tasks("市园林局要完成补植。要加强养护，定期修剪。")
    assert first.responsible == second.responsible == ("市园林局",)


def test_a_doer_is_not_carried_over_when_two_were_named() -> None:
    last = tasks("市园林局要完成补植。市住建局要做好排水。10月底前完成全部验收。")[-1]
    assert (last.due, last.responsible) == (date(2026, 10, 31), ())


def test_a_doer_is_not_carried_into_the_next_paragraph() -> None:
    last = tasks("市园林局要完成补植。\n10月底前完成全部验收。")[-1]
    assert last.responsible == ()


def test_each_doer_begins_a_task() -> None:
    text = "市交警支队负责疏导交通，市城管局负责清理占道；市园林局负责修剪。"
    assert [task.responsible for task in tasks(text)] == [("市交警支队",), ("市城管局",), ("市园林局",)]


@pytest.mark.parametrize(
    ("sending", "body"),
    [
        ("报市文明办", "市文明办"),
        ("报送市委办公室", "市委办公室"),
        ("上报市政府", "市政府"),
        ("呈报市委、市政府", "市委、市政府"),
        ("抄送市财政局", "市财政局"),
        ("提交市整改办", "市整改办"),
        ("移送市纪委监委", "市纪委监委"),
        ("向市文明办报告", "市文明办"),
        ("报县教育局备案", "县教育局"),
        ("报送至领导小组办公室", "领导小组办公室"),
    ],
)
def test_whoever_gets_the_result_is_told_apart_from_who_acts(sending: str, body: str) -> None:
    task = only(f"各乡镇要于10月底前完成排查，并将结果{sending}。")
    assert (task.responsible, task.report_to) == (("各乡镇",), body)


def test_a_check_before_sending_makes_no_doer() -> None:
    [task] = tasks("市园林局要做好布展工作，信息内容先报市委宣传部审核。")
    assert (task.responsible, task.report_to) == (("市园林局",), "市委宣传部")


@pytest.mark.parametrize("text", ["各单位要办好校报，每月出版一期。", "市日报社要开设专栏，做好报道。"])
def test_a_newspaper_is_sent_to_nobody(text: str) -> None:
    assert [task.report_to for task in tasks(text)] == [None]
