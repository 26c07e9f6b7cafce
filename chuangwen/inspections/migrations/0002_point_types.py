"""The types of points that a city begins with; more are rows of the table."""

from django.db import migrations

TYPES = (
    ("hall", "政务服务大厅", "service hall"),
    ("window", "服务窗口", "service window"),
    ("office", "办公室", "office"),
    ("courtyard", "机关院落", "courtyard"),
    ("building", "办公楼宇", "office building"),
    ("wall", "单位墙体", "outer wall"),
    ("canteen", "机关食堂", "canteen"),
    ("board", "公示栏", "notice board"),
    ("school", "学校", "school"),
    ("hospital", "医疗机构", "clinic or hospital"),
    ("community", "社区", "community"),
    ("market", "农贸市场", "market"),
    ("street", "主次干道", "street"),
    ("station", "车站", "station"),
    ("park", "公园广场", "park or square"),
    ("hotline", "服务热线", "hotline"),
)


def add(apps, schema_editor):
    apps.get_model("inspections", "PointType").objects.bulk_create(
        apps.get_model("inspections", "PointType")(code=code, name=name, name_en=english, position=position)
        for position, (code, name, english) in enumerate(TYPES, start=1)
    )


class Migration(migrations.Migration):
    dependencies = [("inspections", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
