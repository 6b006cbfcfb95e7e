"""`bench mutations`: takes away each constraint, guard and permission check in turn and demands a red test.

No file is edited: a guard is taken out of the syntax tree while its module is imported, a constraint out of the copy
of the database that one test run works on.
"""
