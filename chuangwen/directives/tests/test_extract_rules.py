"""What is an assignment and what is not, in sentences invented for each rule of DOMAIN.md S1 and S2."""

from __future__ import annotations

from datetime import date

import pytest

from chuangwen.directives.extract import extract

HELD = date(2026, 9, 15)


def texts(document: str) -> list[str]:
    return [task.text for task in extract(document, document_date=HELD).tasks]


@pytest.mark.parametrize(
    "sentence",
    [
        # background, results and praise
        "去年以来，全市绿化面积增长三成，取得了明显成效。",
        "近期，市住建局完成了老旧小区改造12处。",
        "市园林局按时完成了补植任务，值得肯定。",
        "会议听取了市水利局关于防汛工作的汇报。",
        "9月底前，全市共排查隐患120处。",
        # findings
        "一些单位对督查重视不够，台账不全。",
        "要求8月底前完成的改造至今未动工。",
        # slogans, and words to people
        "要提高政治站位，牢固树立一盘棋思想。",
        "创建工作事关全局，事关民生。",
        "让我们携手并肩，奋力谱写新篇章！",
        "大家要把责任扛在肩上。",
        "广大党员干部要在10月底前学完读本。",
        "各部门要提高政治站位，牢固树立一盘棋思想。",
        # definitions and conditions
        "本方案所称重点区域，是指车站和商场周边。",
        "申报单位应具备独立法人资格。",
        # headings
        "一、加强领导，落实责任",
        "（一）压实责任。",
        "附件：任务分解表",
        # around the document
        "联系人：绿化科，电话：0000-0000000。",
        "会员扫码下载全文",
        "示例市人民政府办公室\n2026年9月15日",
        "各县区人民政府，市直各单位：",
        "（此件公开发布）",
        "抄送：市委办公室，市人大常委会办公室。",
        "散会。",
    ],
)
def test_this_is_no_assignment(sentence: str) -> None:
    assert texts(f"{sentence}\n") == []


@pytest.mark.parametrize(
    "sentence",
    [
        "各县市区要制定实施方案",
        "市水利局须于10月底前完成清淤",
        "市住建局应当公示名单",
        "各物业企业不得挤占消防通道",
        "市文明办要对拒不整改的单位进行通报",
        "市文明办将对各县区进行督查",
        "请各单位于10月10日前报送名单",
        "市交警支队负责疏导交通",
        "市委督查室要每月通报一次",
        "市创建办每月5日前通报上月排名",
    ],
)
def test_this_is_an_assignment(sentence: str) -> None:
    assert texts(f"{sentence}。\n") == [sentence]


def test_the_sections_that_tell_assign_nothing() -> None:
    document = (
        "一、总体要求\n各部门要树牢服务意识，全面提升水平。\n"
        "二、存在问题\n样板镇9月底前建成站点的要求没有落实。\n"
        "三、整改要求\n样板镇要于10月底前建成站点。\n"
    )
    assert texts(document) == ["样板镇要于10月底前建成站点"]


def test_a_bare_deed_is_an_order_where_the_section_orders() -> None:
    assert texts("二、重点任务\n1．开展河道清理，清运沿岸垃圾，设置警示标志牌。\n") == [
        "开展河道清理，清运沿岸垃圾，设置警示标志牌"
    ]


def test_coordinated_acts_of_one_body_are_one_task() -> None:
    sentence = "市城管局要加强巡查，规范占道经营，及时清运垃圾"
    assert texts(f"{sentence}。") == [sentence]


def test_the_effect_hoped_for_stays_inside() -> None:
    sentence = "市公安局要加大夜间巡逻力度，让市民出行更加安心"
    assert texts(f"{sentence}。") == [sentence]


def test_what_only_leads_over_is_left_out() -> None:
    assert texts("同时，市教育局要开展校车检查。") == ["市教育局要开展校车检查"]
    assert texts("会议要求，市水利局要于10月底前完成清淤。") == ["市水利局要于10月底前完成清淤"]


@pytest.mark.parametrize(
    "marks", [("一、", "二、"), ("（一）", "（二）"), ("1．", "2．"), ("（1）", "（2）")]
)
def test_the_numbers_inside_a_paragraph_are_left_out(marks: tuple[str, str]) -> None:
    document = "会议要求：{}市水利局要于10月底前完成清淤。{}市交通局要检修涵洞。".format(*marks)
    assert texts(document) == ["市水利局要于10月底前完成清淤", "市交通局要检修涵洞"]


@pytest.mark.parametrize("marks", [("一是", "二是"), ("第一，", "第二，"), ("首先，", "其次，")])
def test_the_numbers_of_a_speech_are_left_out(marks: tuple[str, str]) -> None:
    document = "{}各乡镇要于10月底前完成排查。{}市住建局要于11月底前完成整改。".format(*marks)
    assert texts(document) == ["各乡镇要于10月底前完成排查", "市住建局要于11月底前完成整改"]


def test_a_table_that_lost_its_lines_is_read_by_its_columns() -> None:
    document = (
        "序号\t工作任务\t牵头单位\t责任单位\t完成时限\n"
        "1\t清理河道\t市水利局\t各乡镇\t10月底前\n"
        "2\t检修涵洞\t市交通局\t示例县、样板区\t11月15日前\n"
    )
    first, second = extract(document, document_date=HELD).tasks
    assert (first.lead, first.responsible, first.due) == (
        "市水利局",
        ("市水利局", "各乡镇"),
        date(2026, 10, 31),
    )
    assert (second.lead, second.responsible, second.due) == (
        "市交通局",
        ("市交通局", "示例县", "样板区"),
        date(2026, 11, 15),
    )


def test_minutes_assign_where_they_demand() -> None:
    document = (
        "会议纪要\n2026年9月10日，市政府召开专题会议，研究河道整治工作。\n"
        "会议听取了市水利局的汇报。\n会议指出，去年以来河道面貌明显改善。\n"
        "会议议定：\n一、由市水利局牵头，市财政局配合，10月底前完成清淤。\n"
    )
    assert texts(document) == ["由市水利局牵头，市财政局配合，10月底前完成清淤"]


@pytest.mark.parametrize(
    "noise", ["\n- 3 -\n", "\n第 3 页 共 9 页\n", "\n— 3 —\n", "\nhttps://example.com/1\n"]
)
def test_a_page_that_ends_in_a_sentence_does_not_end_it(noise: str) -> None:
    document = f"各单位要认真组织，于10月底前完成排查，{noise}并将结果报市文明办。"
    [task] = extract(document, document_date=HELD).tasks
    assert (task.text, task.report_to) == (document.removesuffix("。"), "市文明办")


def test_lines_broken_at_a_width_are_put_together() -> None:
    lines = (
        "各县区要结合实际制定方案，细化任务清",
        "单，明确责任单位和完成时限，于10月",
        "底前报市整治工作领导小组办公室备案。",
    )
    broken = "\n".join(lines)
    [task] = extract(broken, document_date=HELD).tasks
    assert (task.start, task.due) == (0, date(2026, 10, 31))


def test_blanks_between_characters_do_no_harm() -> None:
    [task] = extract("市 教 育 局 要 于 10 月 底 前 完 成 排 查 。", document_date=HELD).tasks
    assert (task.responsible, task.due) == (("市 教 育 局",), date(2026, 10, 31))


@pytest.mark.parametrize(
    "opening",
    ["下面，我讲三点意见。", "为做好排查工作，制定本方案。", "经市政府同意，现将有关事项通知如下："],
)
def test_an_opening_assigns_nothing_but_what_follows_it_does(opening: str) -> None:
    assert texts(f"{opening}\n") == []
    assert texts(f"{opening}市水利局要于10月底前完成清淤。\n") == ["市水利局要于10月底前完成清淤"]
