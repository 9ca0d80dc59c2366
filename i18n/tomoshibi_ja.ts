<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ja_JP" sourcelanguage="en">
  <context>
    <name>Tomoshibi</name>
    <message>
      <source>Line {line} of the ledger {file} cannot be read. Mend or remove the line.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>Stopped by the user.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>The case folder {folder} cannot be written ({reason}). Choose a folder you may write to.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>The case {folder} was made by a newer version of Tomoshibi. Update the plugin.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>The period of use ends ({use_to}) before it begins ({use_from}). Correct the dates.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>The table {table} has no column {column}. Import the files again.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>The table {table} was not written to its end (column {column}). Import the files again.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>case.json in {folder} cannot be read. Restore it from a copy, or make a new case.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>{folder} already is a case folder. Open it, or choose another folder.</source>
      <translation type="unfinished" />
    </message>
    <message>
      <source>{folder} is not a case folder (it has no case.json). Choose one, or make it with “Create case”.</source>
      <translation type="unfinished" />
    </message>
  </context>
</TS>
