"""Prints each skipped test of a trx file with its reason."""

import sys
import xml.etree.ElementTree as ElementTree

NAMESPACE = "{http://microsoft.com/schemas/VisualStudio/TeamTest/2010}"

for result in ElementTree.parse(sys.argv[1]).iter(NAMESPACE + "UnitTestResult"):
    if result.get("outcome") == "NotExecuted":
        reason = result.find(f"{NAMESPACE}Output/{NAMESPACE}ErrorInfo/{NAMESPACE}Message")
        output = result.find(f"{NAMESPACE}Output/{NAMESPACE}StdOut")
        text = next((node.text for node in (reason, output) if node is not None and node.text), "no reason given")
        print(f"   {result.get('testName')}: {' '.join(text.split())}")
