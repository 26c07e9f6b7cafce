pytest_plugins = ["chuangwen.organizations.tests.personas"]
