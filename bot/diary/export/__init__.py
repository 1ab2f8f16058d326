"""The Ausbildungsnachweis on paper and as files: the sheets of HA 156 as PDF, tables for Excel, JSON out and in."""
