<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ja_JP" sourcelanguage="en">
  <context>
    <name>Tomoshibi</name>
    <message>
      <source> (unknown {count})</source>
      <translation>（不明 {count}）</translation>
    </message>
    <message>
      <source> ({aside})</source>
      <translation>（{aside}）</translation>
    </message>
    <message>
      <source> Of these, {count} are unknown.</source>
      <translation> うち{count}区域は不明。</translation>
    </message>
    <message>
      <source> and {count} more</source>
      <translation> ほか{count}件</translation>
    </message>
    <message>
      <source> min</source>
      <translation> 分</translation>
    </message>
    <message>
      <source> · </source>
      <translation>・</translation>
    </message>
    <message>
      <source>! {mark}: {doubt}</source>
      <translation>！ {mark}：{doubt}</translation>
    </message>
    <message>
      <source>(blank)</source>
      <translation>（空欄）</translation>
    </message>
    <message>
      <source>(none)</source>
      <translation>（なし）</translation>
    </message>
    <message>
      <source>, </source>
      <translation>、</translation>
    </message>
    <message>
      <source>, encoding {name}</source>
      <translation>、文字コード {name}</translation>
    </message>
    <message>
      <source>, perhaps in {count} more</source>
      <translation>、ほか{count}区域でも残る可能性</translation>
    </message>
    <message>
      <source>0 statements were judged: of {late} meters that were silent readings of that time came later. The aggregator gives none, the silent meters are not back yet, or no map was made while they were silent. Nothing was changed.</source>
      <translation>判定は0件です。応答のなかった計器のうち、当時のデータが後から届いたのは{late}台です。集約システムが後から提供していないか、計器がまだ復帰していないか、応答がない間に地図を作成していません。案件は変更していません。</translation>
    </message>
    <message>
      <source>1 Get data</source>
      <translation>1 データ取得</translation>
    </message>
    <message>
      <source>1 where the profile can be used, else 0</source>
      <translation>使える接続プロファイルなら1、そうでなければ0</translation>
    </message>
    <message>
      <source>1,000 meters and more</source>
      <translation>1,000台以上</translation>
    </message>
    <message>
      <source>100–999 meters</source>
      <translation>100～999台</translation>
    </message>
    <message>
      <source>10–99 meters</source>
      <translation>10～99台</translation>
    </message>
    <message>
      <source>1–9 meters</source>
      <translation>1～9台</translation>
    </message>
    <message>
      <source>2 Situation</source>
      <translation>2 状況把握</translation>
    </message>
    <message>
      <source>22 digits as text.</source>
      <translation>文字列22桁です。</translation>
    </message>
    <message>
      <source>26–50 %</source>
      <translation>26～50%</translation>
    </message>
    <message>
      <source>28 and more for the method quiet, 61 and more for residence evidence (UC8). Each day takes time and room on the disk. Left empty, the scenario's own few days; it never has fewer.</source>
      <translation>在・不在の quiet には28日以上、居住実態（UC8）には61日以上にします。日数に応じて時間とディスクの空きが必要です。空欄ならシナリオ本来の数日分で、それより少なくはなりません。</translation>
    </message>
    <message>
      <source>3 People</source>
      <translation>3 在・不在</translation>
    </message>
    <message>
      <source>3–10 % fewer</source>
      <translation>3～10％の減少</translation>
    </message>
    <message>
      <source>4 Recovery</source>
      <translation>4 復旧・復興</translation>
    </message>
    <message>
      <source>5 Map sheets and reports</source>
      <translation>5 地図帳票・報告</translation>
    </message>
    <message>
      <source>50 % interval, from</source>
      <translation>50％予測幅の下限</translation>
    </message>
    <message>
      <source>50 % interval, to</source>
      <translation>50％予測幅の上限</translation>
    </message>
    <message>
      <source>51–75 %</source>
      <translation>51～75%</translation>
    </message>
    <message>
      <source>6 Request, protect, dispose</source>
      <translation>6 申請・保護・廃棄</translation>
    </message>
    <message>
      <source>7 Drill</source>
      <translation>7 訓練</translation>
    </message>
    <message>
      <source>76 % and more</source>
      <translation>76%～</translation>
    </message>
    <message>
      <source>76–90 %</source>
      <translation>76～90 %</translation>
    </message>
    <message>
      <source>8 Tools</source>
      <translation>8 ツール</translation>
    </message>
    <message>
      <source>80 % interval, from</source>
      <translation>80％予測幅の下限</translation>
    </message>
    <message>
      <source>80 % interval, lower end</source>
      <translation>80％区間の下端</translation>
    </message>
    <message>
      <source>80 % interval, to</source>
      <translation>80％予測幅の上限</translation>
    </message>
    <message>
      <source>80 % interval, upper end</source>
      <translation>80％区間の上端</translation>
    </message>
    <message>
      <source>95 % interval, from</source>
      <translation>95％予測幅の下限</translation>
    </message>
    <message>
      <source>95 % interval, to</source>
      <translation>95％予測幅の上限</translation>
    </message>
    <message>
      <source>: {words}</source>
      <translation>：{words}</translation>
    </message>
    <message>
      <source>; </source>
      <translation>、</translation>
    </message>
    <message>
      <source>A GeoPackage of what came back is damaged or none: nothing was taken over. Copy it from the tablet once more, with all files beside it.</source>
      <translation>戻ってきた GeoPackage が壊れているか、GeoPackage ではありません。何も取り込みませんでした。隣のファイルも一緒に、タブレットからもう一度コピーしてください。</translation>
    </message>
    <message>
      <source>A PostgreSQL connection of this QGIS. Make one in the browser, with the name of a service (hq) and no password: passwords belong into the authentication database or a pgpass file. Without a window, what leads to one will do as well (service=hq).</source>
      <translation>このQGISのPostgreSQL接続。QGISのブラウザで、サービス（hq など）だけを入れて作ります。接続にはパスワードを書かず、認証データベースかpgpassファイルに置いてください。画面なしで動かすときは、サービスによる指定（service=hq）もできます。</translation>
    </message>
    <message>
      <source>A block could not be worked on by the worker {worker} ({kind}).</source>
      <translation>ワーカー {worker} が一部の計器を処理できませんでした（{kind}）。</translation>
    </message>
    <message>
      <source>A character that the encoding of the aggregator’s list does not have: the row is not sent. Write it differently.</source>
      <translation>電力データ集約システムに送るリストの文字コードで書けない文字があります。この行は送りません。別の字で書いてください。</translation>
    </message>
    <message>
      <source>A copy is kept in the case with its date; all algorithms use it where theirs is empty.</source>
      <translation>写しを日付とともに案件に保存し、各アルゴリズムで空欄のときに使います。</translation>
    </message>
    <message>
      <source>A day the next morning</source>
      <translation>1日分を翌朝に公開</translation>
    </message>
    <message>
      <source>A forecast by the course so far and earlier events, no promise of the utility. New outages are not foreseen. Counts are of meters of all voltages silent beyond peacetime, not of homes alone.</source>
      <translation>これまでの復旧の経過と過去の災害からの推計であり、電力会社の復旧見込みではありません。新たな停電は見込んでいません。数は平常を超えて応答のない計器（全電圧）の台数で、住宅だけの数ではありません。</translation>
    </message>
    <message>
      <source>A forecast by the course so far and earlier events, no promise of the utility: new outages are not foreseen. Counts are of meters of all voltages, silent beyond peacetime. In brackets, and in charts between the dashed lines, the interval that holds 80 % of such forecasts.</source>
      <translation>これまでの推移と過去の災害による予測で、電力会社の約束ではありません。新たな停電は見込んでいません。数は平常を超えて応答のない計器（全電圧）の台数です。かっこ内と図の破線の間は80％区間（この種の予測の80％が入る幅）です。</translation>
    </message>
    <message>
      <source>A later measurement went before it</source>
      <translation>後の計測を優先</translation>
    </message>
    <message>
      <source>A mesh of {metres} m cannot be summed up to {to_metres} m. Choose a larger size.</source>
      <translation>{metres} m のメッシュを {to_metres} m にまとめることはできません。より大きいメッシュを選んでください。</translation>
    </message>
    <message>
      <source>A meter that cannot be read is not the same as an outage: it is silent too when only its communication is cut.</source>
      <translation>検針できないことは停電と同じではありません。通信だけが途絶えた場合も検針できません。</translation>
    </message>
    <message>
      <source>A meter that sent later what it had kept had power all along. What has not come cannot be judged: it is neither right nor wrong.</source>
      <translation>保持していたデータを後から送ってきた計器は、その間も通電していました。届いていないものは判定できず、正誤のどちらにも数えません。</translation>
    </message>
    <message>
      <source>A neighbour rate of {rate} with {hours} h cannot be used. Give a share above 0 and up to 1, and at least half an hour.</source>
      <translation>周辺の通電割合 {rate}、{hours} 時間では判定できません。割合は 0 より大きく 1 以下、時間は 0.5 時間以上にしてください。</translation>
    </message>
    <message>
      <source>A new folder is made in it for this package, to be copied to the tablet as a whole.</source>
      <translation>この中に、パッケージのフォルダを新しく作ります。フォルダごとタブレットに移してください。</translation>
    </message>
    <message>
      <source>A paper is written as .docx, .pdf or .txt, not as {ending}. Choose another name.</source>
      <translation>文書は .docx、.pdf、.txt で書きます。{ending} では書けません。別の名前を選んでください。</translation>
    </message>
    <message>
      <source>A password does not belong into a parameter, which QGIS keeps in its history. Use a connection of QGIS, a service or an authentication configuration.</source>
      <translation>接続にはパスワードを直接書かないでください（QGISがパラメータを履歴に残します）。QGISの接続、サービス、認証設定のいずれかを使ってください。</translation>
    </message>
    <message>
      <source>A place that is higher than wide is printed upright.</source>
      <translation>縦長の地域は縦向きに印刷します。</translation>
    </message>
    <message>
      <source>A process that worked on a part of the meters was ended, by the system where memory was short. Close other programs and run it again, or empty the setting “Cluster” to work in threads.</source>
      <translation>一部の計器を処理していたプロセスが終了しました（メモリー不足でシステムが終了させた可能性があります）。ほかのプログラムを閉じて再度実行するか、設定「クラスター」を空にしてスレッドで処理してください。</translation>
    </message>
    <message>
      <source>A proposal for talks with the utility. Distances are in a straight line, roads are not considered. Facilities of which it is not known whether they have power have no truck planned: ask them.</source>
      <translation>一般送配電事業者と協議するための案です。距離は直線で、道路は考慮していません。通電しているか不明な施設には電源車を割り当てていません。施設に確かめてください。</translation>
    </message>
    <message>
      <source>A proxy or login page answered in place of {host} (status {status}). Open a web page in the browser to log in to the network, and check QGIS’s proxy settings.</source>
      <translation>{host} の代わりにプロキシかログイン画面が応答しました（状態 {status}）。ブラウザで Web ページを開いてネットワークにログインし、QGIS のプロキシ設定を確認してください。</translation>
    </message>
    <message>
      <source>A scenario of cause “{cause}” with {share} of the areas without communication and {months} months of recovery cannot be made. Use one of {causes}, a share from 0 to 1, and 0 months or more.</source>
      <translation>原因「{cause}」、通信が途絶える区域の割合 {share}、復旧期間 {months} か月のシナリオは作れません。原因は {causes} のいずれか、割合は 0～1、期間は 0 か月以上にしてください。</translation>
    </message>
    <message>
      <source>A settlement is dark while at least this share of the meters that reported before the event sends nothing.</source>
      <translation>発災前に検針できていた計器のうち、この割合以上が応答しない間を途絶とします。</translation>
    </message>
    <message>
      <source>A sheet of {file} is larger than {limit} MB. Split it.</source>
      <translation>{file} のシートが {limit} MB を超えています。分割してください。</translation>
    </message>
    <message>
      <source>A silent meter is listed where at least this share of its neighbours sends readings again.</source>
      <translation>隣接する計器のうち、この割合以上が再び応答している場合に、応答のない計器を載せます。</translation>
    </message>
    <message>
      <source>A spreadsheet has rounded the supply point (3.1E+20): it is lost and not sent. Format the column as text and enter it again.</source>
      <translation>供給地点特定番号が表計算ソフトで丸められています（3.1E+20）。元の番号は失われているため送りません。列を文字列にして入力し直してください。</translation>
    </message>
    <message>
      <source>A step of {hours} h is not a number of half-hours. Choose 0.5, 1, 3, 6, 12 …</source>
      <translation>{hours} 時間は30分の整数倍ではありません。0.5、1、3、6、12 などから選んでください。</translation>
    </message>
    <message>
      <source>A supply point (供給地点特定番号) has 22 digits. Spreadsheets round it: copy it as text.</source>
      <translation>供給地点特定番号は22桁です。表計算ソフトでは丸められるので、文字列としてコピーしてください。</translation>
    </message>
    <message>
      <source>A threshold of {threshold} with {hours} h cannot be used. Give a share above 0 and up to 1.</source>
      <translation>しきい値 {threshold}、{hours} 時間では判定できません。しきい値は 0 より大きく 1 以下の割合で指定してください。</translation>
    </message>
    <message>
      <source>A truck has a capacity of 0 kVA or less. Leave the capacity blank if it is unknown.</source>
      <translation>容量が 0 kVA 以下の電源車があります。分からない場合は空欄にしてください。</translation>
    </message>
    <message>
      <source>A truck is at work here, but gives {kva} kVA of {wanted} kVA needed: no other is sent. Ask there.</source>
      <translation>電源車がここで発電していますが、必要 {wanted} kVA に対し {kva} kVA で容量が足りません。別の車は送りません。現地に確かめてください。</translation>
    </message>
    <message>
      <source>A truck is at work here: no other is sent.</source>
      <translation>電源車がすでにここで発電しているため、別の車は送りません。</translation>
    </message>
    <message>
      <source>A user-defined character (外字) or a placeholder in name or address: it will hardly match. Use the standard character of the contract.</source>
      <translation>氏名または住所に外字か代替記号があります。一致しない可能性が高いため、契約の標準の字にしてください。</translation>
    </message>
    <message>
      <source>API (between systems)</source>
      <translation>API連携（システム間）</translation>
    </message>
    <message>
      <source>AREAS has {count} areas. Choose the boundaries of the municipalities (1 to {most}), and the field with their codes.</source>
      <translation>AREAS に {count} の区域があります。市町村の境界（1～{most}）と、コードの列を選んでください。</translation>
    </message>
    <message>
      <source>About</source>
      <translation>説明</translation>
    </message>
    <message>
      <source>About this list</source>
      <translation>この一覧について</translation>
    </message>
    <message>
      <source>Absence</source>
      <translation>不在</translation>
    </message>
    <message>
      <source>Account</source>
      <translation>アカウント</translation>
    </message>
    <message>
      <source>Account and connection</source>
      <translation>アカウントと接続</translation>
    </message>
    <message>
      <source>Account and token</source>
      <translation>アカウントとトークン</translation>
    </message>
    <message>
      <source>Account or passphrase are blank. Enter both, then try again.</source>
      <translation>利用者IDまたはパスフレーズが空です。両方を入力してから、もう一度実行してください。</translation>
    </message>
    <message>
      <source>Action</source>
      <translation>操作</translation>
    </message>
    <message>
      <source>Add grid square codes</source>
      <translation>メッシュコードを付ける</translation>
    </message>
    <message>
      <source>Address</source>
      <translation>接続先</translation>
    </message>
    <message>
      <source>Address for questions (SIP4D)</source>
      <translation>問い合わせ先のアドレス（SIP4D）</translation>
    </message>
    <message>
      <source>Address of the aggregator</source>
      <translation>電力データ集約システムの接続先</translation>
    </message>
    <message>
      <source>Address of the contract</source>
      <translation>契約の住所</translation>
    </message>
    <message>
      <source>Address of the practice aggregator</source>
      <translation>訓練用集約システムの接続先</translation>
    </message>
    <message>
      <source>Advanced</source>
      <translation>詳細設定</translation>
    </message>
    <message>
      <source>Advice on opening</source>
      <translation>開設の目安</translation>
    </message>
    <message>
      <source>Age of the data (hours)</source>
      <translation>データの経過時間（時間）</translation>
    </message>
    <message>
      <source>Agencies that respond to the disaster</source>
      <translation>災害対応機関のみ</translation>
    </message>
    <message>
      <source>Agency for Natural Resources and Energy</source>
      <translation>資源エネルギー庁</translation>
    </message>
    <message>
      <source>All days in one layer</source>
      <translation>全日を1つのレイヤに</translation>
    </message>
    <message>
      <source>All events</source>
      <translation>すべての発生時刻</translation>
    </message>
    <message>
      <source>All events, also those already known: moments in Japanese time as 2026-01-19T05:46, events that lasted as begin/end, several separated by commas. What lies before the first is peacetime; evidence from before the last says nothing of the time after it. Left empty, they stay as they are.</source>
      <translation>登録済みのものも含めた、すべての発生時刻。日本時間で 2026-01-19T05:46 のように、続いたものは 開始/終了 と書き、複数あればコンマで区切ります。最初の発生より前が平常時です。最後の発生より前の証拠は、その後のことを何も示しません。空欄なら変わりません。</translation>
    </message>
    <message>
      <source>All events, if several</source>
      <translation>複数回なら全時刻</translation>
    </message>
    <message>
      <source>All files *.parquet below it are taken in. Their columns are those of “Export readings as Parquet” (exportreadings); files of other municipalities than the case's are kept and not used.</source>
      <translation>この中のすべての *.parquet を取り込みます。列は「電力データを Parquet で書き出す」（exportreadings）のものです。案件と異なる市町村のファイルは、保管だけして使いません。</translation>
    </message>
    <message>
      <source>All rows</source>
      <translation>すべての行</translation>
    </message>
    <message>
      <source>All that matched in “{list}” is registered already; what the case says of it is brought up to date.</source>
      <translation>「{list}」の照合済みの行は、すべて登録済みです。案件に保管した登録内容を最新にしました。</translation>
    </message>
    <message>
      <source>All together</source>
      <translation>全体</translation>
    </message>
    <message>
      <source>All together, 80 % interval</source>
      <translation>全体の80％区間</translation>
    </message>
    <message>
      <source>All together, expected</source>
      <translation>全体の見通し</translation>
    </message>
    <message>
      <source>All {count} figures of {day} are masked or blank: nothing is known of that day.</source>
      <translation>{day} の数値は {count} 件すべてが秘匿または空欄です。この日のことは何も分かりません。</translation>
    </message>
    <message>
      <source>All {count} files of the case are as its ledger says.</source>
      <translation>案件の {count} 件のファイルは、すべて台帳どおりです。</translation>
    </message>
    <message>
      <source>All, each by its own cells</source>
      <translation>すべて（分類ごとのメッシュで）</translation>
    </message>
    <message>
      <source>Amount</source>
      <translation>数量</translation>
    </message>
    <message>
      <source>An aftershock takes the power from some areas so many hours after the event. Left empty, none comes.</source>
      <translation>発災からこの時間後に余震が起こり、一部の区域が停電します。空欄では余震はありません。</translation>
    </message>
    <message>
      <source>An outage younger than 12 hours is not in the statistics. Where the case holds readings (電力データ), they say which meters of a cell are silent since the event. The layer then derives from personal data.</source>
      <translation>発生から12時間に満たない停電は統計に現れません。案件に電力データがあれば、発生後に検針のない計器をメッシュごとに数えて補います。その場合、レイヤは個人データから作ったものになります。</translation>
    </message>
    <message>
      <source>Another refresh of this case is at work. Wait until it ends, then try again.</source>
      <translation>この案件の更新がほかで実行中です。終わるのを待ってから、もう一度実行してください。</translation>
    </message>
    <message>
      <source>Another run is filling the readings of this case. Wait until it has ended, then import again.</source>
      <translation>この案件の電力データを別の処理が取り込み中です。終わるのを待って、取り込み直してください。</translation>
    </message>
    <message>
      <source>Another run is working in {folder}. Wait until it ends, then try again.</source>
      <translation>別の処理が {folder} で作業中です。終わるまで待ってから、もう一度実行してください。</translation>
    </message>
    <message>
      <source>Another run works in {folder}; waiting until it ends.</source>
      <translation>別の処理が {folder} で作業中です。終わるまで待ちます。</translation>
    </message>
    <message>
      <source>Answered</source>
      <translation>回答済み</translation>
    </message>
    <message>
      <source>Answered differently by another package</source>
      <translation>別のパッケージが違う答えを持ち帰っている</translation>
    </message>
    <message>
      <source>Answers</source>
      <translation>回答の選択肢</translation>
    </message>
    <message>
      <source>Answers not taken, each told</source>
      <translation>取り込まなかった回答（すべて通知）</translation>
    </message>
    <message>
      <source>Answers of rows that are gone</source>
      <translation>一覧から消えた行の回答</translation>
    </message>
    <message>
      <source>Answers of the case that the database has now</source>
      <translation>案件からデータベースに渡した回答</translation>
    </message>
    <message>
      <source>Answers taken from the database into the case</source>
      <translation>データベースから案件に取り込んだ回答</translation>
    </message>
    <message>
      <source>Answers taken from the workbooks</source>
      <translation>ブックから取り込んだ回答</translation>
    </message>
    <message>
      <source>Answers taken over</source>
      <translation>取り込んだ答え</translation>
    </message>
    <message>
      <source>Any day of the week to show, from Monday. Left empty, the week of the newest readings.</source>
      <translation>表示する週（月曜始まり）のいずれかの日。空欄なら最新の電力データの週です。</translation>
    </message>
    <message>
      <source>Applicants for a 罹災証明書 whose residence is asked.</source>
      <translation>居住実態を確認する罹災証明書の申請者です。</translation>
    </message>
    <message>
      <source>Application for use (mail)</source>
      <translation>利用申請（メール）</translation>
    </message>
    <message>
      <source>Apply</source>
      <translation>変更を反映</translation>
    </message>
    <message>
      <source>Are the files complete?</source>
      <translation>ファイルは揃っていますか</translation>
    </message>
    <message>
      <source>Area</source>
      <translation>区域</translation>
    </message>
    <message>
      <source>Area code</source>
      <translation>区域コード</translation>
    </message>
    <message>
      <source>Area name</source>
      <translation>区域名</translation>
    </message>
    <message>
      <source>Area of the newest event</source>
      <translation>最後に発生した区域</translation>
    </message>
    <message>
      <source>Area {row} has no name. Choose the field with the areas' names.</source>
      <translation>{row} 番目の区域に名前がありません。区域名の属性を選んでください。</translation>
    </message>
    <message>
      <source>Area, final figures</source>
      <translation>区域（確報値）</translation>
    </message>
    <message>
      <source>Area, provisional figures</source>
      <translation>区域（速報値）</translation>
    </message>
    <message>
      <source>Areas</source>
      <translation>区域</translation>
    </message>
    <message>
      <source>Areas drawn as dark whose meters have power</source>
      <translation>停電とされているが計器は通電している範囲</translation>
    </message>
    <message>
      <source>Areas in which some meters have power</source>
      <translation>一部の計器が通電している範囲</translation>
    </message>
    <message>
      <source>Areas left white are not confirmed to be reachable.</source>
      <translation>白い区域も、孤立していないと確認されたものではありません。</translation>
    </message>
    <message>
      <source>Areas left white have no meter that could tell anything.</source>
      <translation>白い区域には、状況を判断できる計器がありません。</translation>
    </message>
    <message>
      <source>Areas of different codes ({first}, {second}) have one name, {name}. Choose the field whose name is that of 住所 in the statistics: prefecture and municipality.</source>
      <translation>コードの異なる区域（{first}、{second}）の名称が同じ {name} です。統計の住所と同じ名称（都道府県と市区町村）の項目を選んでください。</translation>
    </message>
    <message>
      <source>Areas of the group</source>
      <translation>グループの区域数</translation>
    </message>
    <message>
      <source>Areas of the map drawn in which more was dark than it said</source>
      <translation>検証した地図で、表示より停電が多かった区域</translation>
    </message>
    <message>
      <source>Areas of whose meters too little is known</source>
      <translation>計器の状態がわからない範囲</translation>
    </message>
    <message>
      <source>Areas or cells</source>
      <translation>区域・メッシュの数</translation>
    </message>
    <message>
      <source>Areas that lose communication only</source>
      <translation>通信だけが途絶える区域</translation>
    </message>
    <message>
      <source>Areas that lost most (contracts)</source>
      <translation>契約の減少が多い区域（件）</translation>
    </message>
    <message>
      <source>Areas that the meters confirm</source>
      <translation>計器も停電を示す範囲</translation>
    </message>
    <message>
      <source>Areas that the plan does not name</source>
      <translation>見通しに載っていない区域</translation>
    </message>
    <message>
      <source>Areas that the plan does not name (unknown): {count}</source>
      <translation>見通しに載っていない区域（不明）：{count}</translation>
    </message>
    <message>
      <source>Areas whose radio relay had failed</source>
      <translation>中継局が故障していた区域</translation>
    </message>
    <message>
      <source>Areas with least use</source>
      <translation>使用量の少ない区域</translation>
    </message>
    <message>
      <source>Areas with most of them (meters)</source>
      <translation>停電の多い区域（台）</translation>
    </message>
    <message>
      <source>Areas without data</source>
      <translation>データが途絶えた区域</translation>
    </message>
    <message>
      <source>Areas × months of which nothing is known</source>
      <translation>不明な区域×月の数</translation>
    </message>
    <message>
      <source>Areas × steps of which nothing is known</source>
      <translation>不明な区域×時間帯の数</translation>
    </message>
    <message>
      <source>Arrived</source>
      <translation>到着</translation>
    </message>
    <message>
      <source>Arrived at</source>
      <translation>到着日時</translation>
    </message>
    <message>
      <source>As entered in the list kept on {time}</source>
      <translation>{time} に保存した一覧の記入による</translation>
    </message>
    <message>
      <source>As far as the data reach, no settlement is suspected to be isolated</source>
      <translation>データで分かる範囲では、孤立のおそれがある集落はありません</translation>
    </message>
    <message>
      <source>As for “Find communities that may be isolated”.</source>
      <translation>「孤立のおそれがある集落を抽出（UC⑤）」と同じものを指定します。</translation>
    </message>
    <message>
      <source>As for “Propose where power-supply trucks go”.</source>
      <translation>「電源車の配置案を作成」と同じものです。</translation>
    </message>
    <message>
      <source>As for “Show which shelters have power”. Left empty, the links that the case keeps.</source>
      <translation>「避難所などの通電状況を表示（UC①）」と同じです。空欄なら案件のものを使います。</translation>
    </message>
    <message>
      <source>As for “Tell how long critical facilities last”: facility_id, generator_kva, fuel_l …</source>
      <translation>「重要施設の残り時間を表示」と同じ列：facility_id, generator_kva, fuel_l など。</translation>
    </message>
    <message>
      <source>As it is</source>
      <translation>変更しない</translation>
    </message>
    <message>
      <source>As it was sent</source>
      <translation>渡したとき</translation>
    </message>
    <message>
      <source>As of</source>
      <translation>時点</translation>
    </message>
    <message>
      <source>As of {time}</source>
      <translation>{time} 時点</translation>
    </message>
    <message>
      <source>As of {time} (data until {until}): </source>
      <translation>{time}時点（データは{until}まで）：</translation>
    </message>
    <message>
      <source>As of {time}. Meters of all voltages dark beyond peacetime; 80 % of such forecasts lie between the dashed lines. No new outages are foreseen.</source>
      <translation>{time}時点。平常を超えて停電している計器（全電圧）。破線の間に、このような見込みの80％が収まります。新たな停電は見込んでいません。</translation>
    </message>
    <message>
      <source>As of {time}. Silent: no reading arrived in the step. Source: readings (電力データ).</source>
      <translation>{time} 時点。応答なし：その時間帯に電力データが1件も届かなかった計器。出典：電力データ</translation>
    </message>
    <message>
      <source>As of {time}. Sources: {sources}</source>
      <translation>{time} 時点。出典：{sources}</translation>
    </message>
    <message>
      <source>As of {time}: </source>
      <translation>{time}時点：</translation>
    </message>
    <message>
      <source>As of {time}; change since {since}.</source>
      <translation>{time} 時点。増減は {since} と比べたものです。</translation>
    </message>
    <message>
      <source>As the map said</source>
      <translation>表示どおり</translation>
    </message>
    <message>
      <source>Ask for マスタ情報 in peacetime: links and names need it.</source>
      <translation>平常時にマスタ情報を取得してください。対応表と名称の照合に必要です。</translation>
    </message>
    <message>
      <source>Ask what hangs on the generator (whole building or selected circuits, kW): {names}</source>
      <translation>発電機の給電範囲（全館か非常回路か、何kWか）を確認：{names}</translation>
    </message>
    <message>
      <source>Ask what is left in the tank: {names}</source>
      <translation>燃料残量の確認先：{names}</translation>
    </message>
    <message>
      <source>Ask whoever handed the case over why it differs from its ledger. Its results stay “not verified” until then.</source>
      <translation>案件が台帳と違う理由を引き継ぎ元に確認してください。それまで結果は「未検証」のままです。</translation>
    </message>
    <message>
      <source>Ask {count} facilities what hangs on their generator, and write it into the list: the whole building (generator_carries 全館) or selected circuits only (非常回路), and how many kW these use (generator_load_kw). Till then it may stop early or run for days: {names}.</source>
      <translation>{count}施設に、発電機の給電範囲を確認し、一覧に書いてください。建物全体（給電範囲：全館）か非常回路のみ（非常回路）か、非常回路なら何kW使うか（発電機負荷(kW)）です。それまでは、早く止まるとも、何日ももつともいえます：{names}。</translation>
    </message>
    <message>
      <source>Ask {count} facilities what is left in the tank of their generator, and note it with “Note what a facility said by telephone” (FUEL_LEFT): when they fail is then known more narrowly. {names}.</source>
      <translation>{count}施設に発電機の燃料残量を聞き、「施設に電話で確認した状況を記録」の「発電機の燃料残量」（FUEL_LEFT）に入れてください。残り時間の幅が狭まります：{names}。</translation>
    </message>
    <message>
      <source>Asked at</source>
      <translation>要請日時</translation>
    </message>
    <message>
      <source>Asked for</source>
      <translation>要請</translation>
    </message>
    <message>
      <source>Asked for, neither come nor refused</source>
      <translation>要請中（到着・不可以外）</translation>
    </message>
    <message>
      <source>Asked of</source>
      <translation>要請先</translation>
    </message>
    <message>
      <source>Asks the aggregator once more for each condition that is published.</source>
      <translation>公開済みの条件ごとに、集約システムへもう1回ずつ問い合わせます。</translation>
    </message>
    <message>
      <source>Assignment</source>
      <translation>割り当て</translation>
    </message>
    <message>
      <source>Assumed</source>
      <translation>仮定</translation>
    </message>
    <message>
      <source>Astride the border</source>
      <translation>市町村境にまたがる</translation>
    </message>
    <message>
      <source>At home</source>
      <translation>在宅</translation>
    </message>
    <message>
      <source>At home (area of the circle, number)</source>
      <translation>在宅（円の面積・数字）</translation>
    </message>
    <message>
      <source>At home and not on the residents' list</source>
      <translation>住民情報なし、在宅の件数</translation>
    </message>
    <message>
      <source>At home and on the residents' list</source>
      <translation>住民情報あり、在宅の件数</translation>
    </message>
    <message>
      <source>At home by district (dwellings)</source>
      <translation>地区別の在宅（戸）</translation>
    </message>
    <message>
      <source>At home by half-hour; ruled: 9:00–17:00</source>
      <translation>30分ごとの在・不在（赤線：9:00～17:00）</translation>
    </message>
    <message>
      <source>At home or away</source>
      <translation>在・不在</translation>
    </message>
    <message>
      <source>At home or away (estimate)</source>
      <translation>在・不在の推定</translation>
    </message>
    <message>
      <source>At home or away at {time} (estimate)</source>
      <translation>在・不在の推定（{time}）</translation>
    </message>
    <message>
      <source>At home or away just before the event ({time}, estimate)</source>
      <translation>発災直前（{time}）の在・不在の推定</translation>
    </message>
    <message>
      <source>At home or away, by dwelling</source>
      <translation>住戸別 在・不在の推定</translation>
    </message>
    <message>
      <source>At home: {home_listed} on the residents' list, {home_not_listed} not. No sign of use: {away_listed} on the list, {away_not_listed} not.</source>
      <translation>在宅：住民情報あり {home_listed}、なし {home_not_listed}。不在と推定：住民情報あり {away_listed}、なし {away_not_listed}。</translation>
    </message>
    <message>
      <source>At least three, better six, far apart: a CSV with name, x and y (pixels from the upper left corner of the map) and lat and lon, or only the name where it is a facility of the case; or the file .points that the Georeferencer of QGIS saves.</source>
      <translation>3つ以上（できれば6つ、互いに離れたもの）。地点名、x・y（地図の左上からのピクセル）、緯度・経度の CSV。案件の施設なら名称だけで構いません。QGIS のジオリファレンサが保存した .points ファイルも使えます。</translation>
    </message>
    <message>
      <source>At least {least} points are needed to lay a map, {count} are usable.</source>
      <translation>地図を合わせるには点が {least} つ以上必要です。使えるのは {count} つです。</translation>
    </message>
    <message>
      <source>At once: road cut off</source>
      <translation>至急：道路寸断</translation>
    </message>
    <message>
      <source>At work; no need of the lists is near.</source>
      <translation>発電中です。近くに、一覧にある電源の必要な場所はありません。</translation>
    </message>
    <message>
      <source>Audit</source>
      <translation>答え合わせ</translation>
    </message>
    <message>
      <source>Audit of past maps</source>
      <translation>過去の地図の答え合わせ</translation>
    </message>
    <message>
      <source>Audit of past maps ({time}): nothing could be judged ({reason}).</source>
      <translation>過去の地図の答え合わせ（{time}）：判定できませんでした（{reason}）。</translation>
    </message>
    <message>
      <source>Audit of past maps ({time}): of what was said {hours} h before, right {right}, wrong {wrong} ({dark} darker than said), cannot be judged {unknown}.</source>
      <translation>過去の地図の答え合わせ（{time}）：{hours}時間前の内容のうち、正しい{right}件、誤り{wrong}件（うち停電が多かった{dark}件）、判定できない{unknown}件。</translation>
    </message>
    <message>
      <source>Audit past maps by readings that came later</source>
      <translation>過去の地図の答え合わせ（後から届いたデータによる）</translation>
    </message>
    <message>
      <source>Authentication configuration of QGIS of the kind “Basic”; it keeps user id and passphrase encrypted.</source>
      <translation>QGIS の認証設定（基本認証）です。利用者IDとパスフレーズは暗号化して保存されます。</translation>
    </message>
    <message>
      <source>Away (no sign of use)</source>
      <translation>不在（使用のしるしなし）</translation>
    </message>
    <message>
      <source>Away and not on the residents' list</source>
      <translation>住民情報なし、不在と推定の件数</translation>
    </message>
    <message>
      <source>Away and on the residents' list</source>
      <translation>住民情報あり、不在と推定の件数</translation>
    </message>
    <message>
      <source>Away only</source>
      <translation>不在のみ</translation>
    </message>
    <message>
      <source>B-route reading of {time}</source>
      <translation>Bルートの計測値（{time}）</translation>
    </message>
    <message>
      <source>B-route reading of {time}, and nothing certain since</source>
      <translation>Bルートの計測値は {time} まで。その後は確かなことが分からない</translation>
    </message>
    <message>
      <source>B-route readings of the meter in the case</source>
      <translation>案件にあるこの計器のBルート計測値</translation>
    </message>
    <message>
      <source>Back</source>
      <translation>戻る</translation>
    </message>
    <message>
      <source>Back, had none</source>
      <translation>復帰（停電していた）</translation>
    </message>
    <message>
      <source>Background</source>
      <translation>背景</translation>
    </message>
    <message>
      <source>Background: boundary and areas of the case</source>
      <translation>背景：案件の境界・区域データ</translation>
    </message>
    <message>
      <source>Backup power has ended</source>
      <translation>電源が尽きた</translation>
    </message>
    <message>
      <source>Backup power must have ended: {count} facilities</source>
      <translation>電源を失ったとみられる {count} 施設</translation>
    </message>
    <message>
      <source>Backup power of critical facilities: when it ends</source>
      <translation>非常用電源が尽きる時刻</translation>
    </message>
    <message>
      <source>Backup power of facilities</source>
      <translation>施設の非常用電源</translation>
    </message>
    <message>
      <source>Base map</source>
      <translation>背景地図</translation>
    </message>
    <message>
      <source>Base map: GSI tiles (pale), Geospatial Information Authority of Japan</source>
      <translation>背景：地理院タイル（淡色地図）、国土地理院</translation>
    </message>
    <message>
      <source>Batch</source>
      <translation>分担</translation>
    </message>
    <message>
      <source>Batches</source>
      <translation>分担</translation>
    </message>
    <message>
      <source>Batches of people to help</source>
      <translation>要支援者の分担</translation>
    </message>
    <message>
      <source>Batteries told at</source>
      <translation>電池の状態を見た時刻</translation>
    </message>
    <message>
      <source>Battery</source>
      <translation>電池の状態</translation>
    </message>
    <message>
      <source>Battery ends</source>
      <translation>電池が尽きる見込み</translation>
    </message>
    <message>
      <source>Battery ends, at the earliest</source>
      <translation>電池が尽きる時刻（最も早い場合）</translation>
    </message>
    <message>
      <source>Battery ends, at the latest</source>
      <translation>電池が尽きる時刻（最も遅い場合）</translation>
    </message>
    <message>
      <source>Battery may end within six hours</source>
      <translation>6時間以内に尽きるおそれ</translation>
    </message>
    <message>
      <source>Battery may have ended</source>
      <translation>電池が尽きたおそれ</translation>
    </message>
    <message>
      <source>Battery may have ended, may end within six hours, unknown, lasts longer, with power</source>
      <translation>電池が尽きたおそれ、6時間以内に尽きるおそれ、不明、まだもつ、通電の順</translation>
    </message>
    <message>
      <source>Begin</source>
      <translation>開始</translation>
    </message>
    <message>
      <source>Beginning of the period, Japanese time. Left empty, 24 hours before its end.</source>
      <translation>期間の開始（日本時間）。空欄なら終了の24時間前です。</translation>
    </message>
    <message>
      <source>Being kept…</source>
      <translation>保存しています…</translation>
    </message>
    <message>
      <source>Best hour {rank}</source>
      <translation>訪問に適した時間{rank}</translation>
    </message>
    <message>
      <source>Best hours</source>
      <translation>訪問に適した時間</translation>
    </message>
    <message>
      <source>Best hours to call</source>
      <translation>訪問に適した時間</translation>
    </message>
    <message>
      <source>Beyond peacetime</source>
      <translation>平常時を超える分</translation>
    </message>
    <message>
      <source>Blackout of the whole grid</source>
      <translation>全域停電（ブラックアウト）</translation>
    </message>
    <message>
      <source>Blanket request</source>
      <translation>包括要請</translation>
    </message>
    <message>
      <source>Blanket request: to the utility, in a disaster</source>
      <translation>包括要請：災害時、一般送配電事業者へ</translation>
    </message>
    <message>
      <source>Blanks to fill in</source>
      <translation>要記入の件数</translation>
    </message>
    <message>
      <source>Boundaries of the municipalities, one package each. A point goes to the municipality it lies in, a district to the one that holds more than half of it; a grid square astride a border is cut and goes to each, marked.</source>
      <translation>市町村の境界です。一つの市町村が一つのパッケージになります。点はそれがある市町村に、地区や集落は半分より多くを含む市町村に入ります。市町村境にまたがるメッシュは境界で切り、印を付けてそれぞれに入れます。</translation>
    </message>
    <message>
      <source>Brief</source>
      <translation>朝のまとめ</translation>
    </message>
    <message>
      <source>Build or refresh the QGIS project of the case</source>
      <translation>案件の QGIS プロジェクトを作って開きます。開いていれば最新にします</translation>
    </message>
    <message>
      <source>By area</source>
      <translation>区域別</translation>
    </message>
    <message>
      <source>By day</source>
      <translation>日次</translation>
    </message>
    <message>
      <source>By day (9:00–17:00)</source>
      <translation>昼（9～17時）</translation>
    </message>
    <message>
      <source>By default in “maps” of the case.</source>
      <translation>既定では案件の maps に入ります。</translation>
    </message>
    <message>
      <source>By default “reports” of the case, in a folder for the time of the data.</source>
      <translation>既定は、案件の「reports」の、データの時刻ごとのフォルダです。</translation>
    </message>
    <message>
      <source>By district</source>
      <translation>地区別</translation>
    </message>
    <message>
      <source>By district (meters)</source>
      <translation>地区別（台）</translation>
    </message>
    <message>
      <source>By map: as said / darker / less dark / not judged</source>
      <translation>地図別：どおり/多い/少ない/不能</translation>
    </message>
    <message>
      <source>By mesh: JIS squares. By address: municipality and ward.</source>
      <translation>メッシュは JIS の地域メッシュ、住所は市区町村別です。</translation>
    </message>
    <message>
      <source>By meters that sent later what they had kept. Who is not back cannot be judged: neither right nor wrong. Meters silent since before the event are not counted. This is of a past moment, not of now.</source>
      <translation>後から届いた計器の記録による検証です。記録がまだ届かない計器は、正しかったとも誤りとも言えません。発生前から応答のない計器は数えていません。過去の時点についての図で、現在の停電ではありません。</translation>
    </message>
    <message>
      <source>By month</source>
      <translation>月次</translation>
    </message>
    <message>
      <source>By road to the nearest powered (m)</source>
      <translation>道路沿いの最寄り通電施設までの距離（m）</translation>
    </message>
    <message>
      <source>By telephone (ringed, counted apart): {counts}</source>
      <translation>電話確認（丸囲み・計測とは別）：{counts}</translation>
    </message>
    <message>
      <source>By the case: an event that lasts is a typhoon</source>
      <translation>案件による（継続する災害は台風とみなす）</translation>
    </message>
    <message>
      <source>By the list of trucks one is at work at {count} facilities ({names}), but their maps still say they are without power. Ask there, and note it with “Note what a facility said by telephone” (truck).</source>
      <translation>電源車の一覧では {count} 施設で電源車が発電中ですが（{names}）、施設の地図では停電のままです。現地に確かめ、「施設に電話で確認した状況を記録」で「電源車で給電中」（truck）と記録してください。</translation>
    </message>
    <message>
      <source>By them the utility finds the service wires. They lead to personal data: the file is then personal, and is not written where the case forbids export.</source>
      <translation>一般送配電事業者が引込みを特定できます。個人情報につながるため、そのファイルは個人情報の扱いになり、持ち出しを禁止した案件では作成しません。</translation>
    </message>
    <message>
      <source>By these points the map would lie mirrored. Look whether x and y are swapped, or y counts from the lower edge: x counts to the right and y downwards, from the upper left corner.</source>
      <translation>この基準点では地図が裏返しになります。xとyが入れ替わっていないか、yを下端から数えていないか確かめてください。左上の角から、xは右へ、yは下へ数えます。</translation>
    </message>
    <message>
      <source>By time</source>
      <translation>復旧見込順</translation>
    </message>
    <message>
      <source>By vendor</source>
      <translation>業者別</translation>
    </message>
    <message>
      <source>By week (from Monday)</source>
      <translation>週次（月曜始まり）</translation>
    </message>
    <message>
      <source>By マスタ情報 none of the meters with readings is a dwelling's. Check 建物分類 and 契約電力 in it.</source>
      <translation>マスタ情報によると、電力データのある計器に住戸のものがありません。建物分類と契約電力を確かめてください。</translation>
    </message>
    <message>
      <source>Bytes downloaded</source>
      <translation>ダウンロードしたバイト数</translation>
    </message>
    <message>
      <source>COLUMNS asks for {column}, which no result that can be handed over has. Give names of columns such as state, or result.column such as evacuationsupport.priority.</source>
      <translation>COLUMNS の {column} は、渡せる結果のどれにもありません。state のような列の名前か、evacuationsupport.priority のような「結果.列」を書いてください。</translation>
    </message>
    <message>
      <source>COLUMNS asks for {column}, which none of the lists chosen in THEMES has ({results}).</source>
      <translation>COLUMNS の {column} は、THEMES で選んだ一覧（{results}）のどれにもありません。</translation>
    </message>
    <message>
      <source>CSV (UTF-8 or Shift_JIS), XLSX workbook or layer with one row for each contract. Left empty, the list kept in the case under this name is sent, or its result fetched.</source>
      <translation>契約ごとに1行のCSV（UTF-8またはShift_JIS）、XLSXブック、またはレイヤ。空欄なら、この名前で案件に保管したリストを送るか、その結果を取得します。</translation>
    </message>
    <message>
      <source>CSV (UTF-8, UTF-16 or Shift_JIS), XLSX workbook, JSON or layer with one row for each person, and a column with the supply point (供給地点特定番号, 22 digits as text), or with your own id, which is then looked up in the links of the case, or with name and address, which are looked up in マスタ情報.</source>
      <translation>1人1行のCSV（UTF-8、UTF-16、Shift_JIS）、XLSX、JSONまたはレイヤ。供給地点特定番号（22桁の文字列）の列か、案件の対応表と照合する独自の番号の列か、マスタ情報と照合する氏名と住所の列が必要です。</translation>
    </message>
    <message>
      <source>CSV for LG-WAN</source>
      <translation>LG-WAN用のCSV</translation>
    </message>
    <message>
      <source>CSV for contractors</source>
      <translation>特定契約者用のCSV</translation>
    </message>
    <message>
      <source>CSV for 契約照合</source>
      <translation>契約照合用のCSV</translation>
    </message>
    <message>
      <source>CSV for 特定契約者登録</source>
      <translation>特定契約者登録用のCSV</translation>
    </message>
    <message>
      <source>CSV in place of the outage history of the data folder.</source>
      <translation>フォルダ内の停電履歴の代わりに使うCSVです。</translation>
    </message>
    <message>
      <source>CSV is read faster; JSON is read as well. Left empty, CSV.</source>
      <translation>CSVのほうが速く読めます。JSONも読めます。空欄ならCSVです。</translation>
    </message>
    <message>
      <source>CSV of 地点契約照合 as saved on the LG-WAN screen, after the rows to be reviewed were settled there. Its マスタ情報ID are entered in the list first.</source>
      <translation>LG-WANの画面で目視確認を終えたあとに保存した、地点契約照合の結果CSV。先にそのマスタ情報IDをリストに取り込みます。</translation>
    </message>
    <message>
      <source>CSV or XLSX with a column supply_point (供給地点特定番号), or with name and address, which are then looked up in マスタ情報. Every dwelling is marked as on the list or not: whoever was at home and is on none is easily missed.</source>
      <translation>供給地点特定番号の列（supply_point）があるCSVまたはXLSX。番号がなければ氏名と住所をマスタ情報と照合します。各住居が名簿にあるかどうかを示します。在宅していたのに名簿にない人は見落とされがちです。</translation>
    </message>
    <message>
      <source>CSV or XLSX with the columns facility_id and supply_point, one line for each supply point. Left empty, the links that the case keeps, and those of its registered contractors. A facility without a line is looked up by name and address in 通電情報 and マスタ情報; where it is not found for certain it is shown as unknown.</source>
      <translation>facility_id と supply_point の列がある CSV または XLSX です。供給地点ごとに 1 行とします。空欄なら、案件に保存した対応表と、登録済みの特定契約者の対応表を使います。行のない施設は、通電情報とマスタ情報で名称と住所から探し、確実に見つからなければ「不明」と表示します。</translation>
    </message>
    <message>
      <source>CSV or XLSX with the columns facility_id and supply_point.</source>
      <translation>facility_id と supply_point の列がある CSV または XLSX です。</translation>
    </message>
    <message>
      <source>CSV or XLSX with the columns facility_id and supply_point. Left empty, the links that the case keeps.</source>
      <translation>facility_id と supply_point の列を持つ CSV または XLSX。空欄の場合は案件に登録済みの対応表。</translation>
    </message>
    <message>
      <source>CSV or XLSX with the columns facility_id, generator_kva, fuel_kind, fuel_l, tank_l, battery_hours and, if known, litres_per_hour, generator_carries, generator_load_kw, generator_load_share, stock_at, battery_years and battery_from (or 自家発電機容量, 燃料の種類, 備蓄量, タンク容量, 蓄電池, 給電範囲, 発電機負荷(kW), 給電割合, 残量確認日時, 蓄電池経過年数, 蓄電池設置年). generator_carries tells what hangs on the generator: the whole building (全館), or selected circuits only (非常回路), and then how many kW, or which share of its use on other days, these are. A stock that was seen or filled up during the outage needs its stock_at: the moment from which it is burnt. Without a row of its own, a facility has a clock only where a public rule speaks of its kind, and that is marked as assumed.</source>
      <translation>列が facility_id, generator_kva, fuel_kind, fuel_l, tank_l, battery_hours と、分かれば litres_per_hour, generator_carries, generator_load_kw, generator_load_share, stock_at, battery_years, battery_from（または 自家発電機容量、燃料の種類、備蓄量、タンク容量、蓄電池、給電範囲、発電機負荷(kW)、給電割合、残量確認日時、蓄電池経過年数、蓄電池設置年）の CSV または XLSX。generator_carries（給電範囲）は発電機が給電する範囲です。建物全体なら「全館」、非常回路だけなら「非常回路」とし、その場合は負荷が何kWか、普段の使用量の何割かも書きます。停電中に残量を確かめた、または給油したときは stock_at（残量確認日時）が必要です。その時刻から減るものとします。行のない施設は、公の基準がある種別に限って残り時間を示し、仮定であることを明示します。</translation>
    </message>
    <message>
      <source>CSV or XLSX, as for “Estimate who was at home”.</source>
      <translation>「在・不在を推定」と同じ CSV または XLSX です。</translation>
    </message>
    <message>
      <source>CSV table</source>
      <translation>CSV の表</translation>
    </message>
    <message>
      <source>CSV, JSON or ZIP as published, in any order; what they hold is recognised by their content. A file that was taken in before is not counted again; parts may come one after another.</source>
      <translation>公開されたままのCSV、JSON、ZIP。順番は問わず、中身は内容で判別します。以前に取り込んだファイルは二重に数えません。分割されたファイルは後から追加できます。</translation>
    </message>
    <message>
      <source>CSV; the plugin reads JSON as well.</source>
      <translation>CSV です。JSON も取り込めます。</translation>
    </message>
    <message>
      <source>Called by</source>
      <translation>連絡者</translation>
    </message>
    <message>
      <source>Came back several times with different answers</source>
      <translation>同じ行が違う答えで複数戻っている</translation>
    </message>
    <message>
      <source>Cancel</source>
      <translation>キャンセル</translation>
    </message>
    <message>
      <source>Cannot be judged</source>
      <translation>判定できない</translation>
    </message>
    <message>
      <source>Cannot be judged (判定不能)</source>
      <translation>判定不能</translation>
    </message>
    <message>
      <source>Capacity (persons)</source>
      <translation>収容人数</translation>
    </message>
    <message>
      <source>Care level</source>
      <translation>要介護度等（名簿）</translation>
    </message>
    <message>
      <source>Case</source>
      <translation>案件</translation>
    </message>
    <message>
      <source>Case folder</source>
      <translation>案件フォルダ</translation>
    </message>
    <message>
      <source>Case: {name} (municipality {code})</source>
      <translation>案件：{name}（団体コード {code}）</translation>
    </message>
    <message>
      <source>Case: {name}, every {minutes} min</source>
      <translation>案件: {name}（{minutes}分ごと）</translation>
    </message>
    <message>
      <source>Case…</source>
      <translation>案件…</translation>
    </message>
    <message>
      <source>Caution</source>
      <translation>注意</translation>
    </message>
    <message>
      <source>Cells or areas</source>
      <translation>メッシュ・区域の数</translation>
    </message>
    <message>
      <source>Certainty</source>
      <translation>確からしさ</translation>
    </message>
    <message>
      <source>Certificates must be checked; this session does not check them.</source>
      <translation>証明書の確認が必要ですが、このセッションは確認しない設定です。</translation>
    </message>
    <message>
      <source>Certificates: always checked, against the usual authorities and those of QGIS ({own}).</source>
      <translation>証明書：一般の認証局と QGIS の認証局（{own}）により、必ず検証します。</translation>
    </message>
    <message>
      <source>Change</source>
      <translation>増減</translation>
    </message>
    <message>
      <source>Change (0.1 = 10 % more)</source>
      <translation>増減率（0.1＝10％増）</translation>
    </message>
    <message>
      <source>Change (points)</source>
      <translation>増減（ポイント）</translation>
    </message>
    <message>
      <source>Change case</source>
      <translation>案件を変更</translation>
    </message>
    <message>
      <source>Change since</source>
      <translation>比べる時点</translation>
    </message>
    <message>
      <source>Change unknown (masked, or one date only)</source>
      <translation>増減不明（秘匿、または1時点のみ）</translation>
    </message>
    <message>
      <source>Changed at home since it was sent</source>
      <translation>渡した後に本部で変えられている</translation>
    </message>
    <message>
      <source>Change…</source>
      <translation>変更…</translation>
    </message>
    <message>
      <source>Channel</source>
      <translation>提供方式</translation>
    </message>
    <message>
      <source>Chart</source>
      <translation>グラフ</translation>
    </message>
    <message>
      <source>Check in peacetime what a case has and lacks</source>
      <translation>平常時に案件の準備状況を点検</translation>
    </message>
    <message>
      <source>Check the interface profile</source>
      <translation>接続プロファイルを検査</translation>
    </message>
    <message>
      <source>Check the rows</source>
      <translation>行を検査</translation>
    </message>
    <message>
      <source>Check what is missing…</source>
      <translation>足りないものを点検…</translation>
    </message>
    <message>
      <source>Checklist</source>
      <translation>点検表</translation>
    </message>
    <message>
      <source>Choose a file for “{input}”</source>
      <translation>「{input}」のファイルを選択</translation>
    </message>
    <message>
      <source>Choose a file or a layer with one row for each contract.</source>
      <translation>契約ごとに1行のファイルまたはレイヤを選んでください。</translation>
    </message>
    <message>
      <source>Choose an item to see what it means.</source>
      <translation>項目を選ぶと、その意味を表示します。</translation>
    </message>
    <message>
      <source>Choose layers to print, or a case whose layers.gpkg holds results.</source>
      <translation>印刷するレイヤ、または layers.gpkg に結果がある案件を選んでください。</translation>
    </message>
    <message>
      <source>Choose the answer in the column “{column}”, and enter who asked and when.</source>
      <translation>「{column}」の列で回答を選び、確認した人と日時を入れてください。</translation>
    </message>
    <message>
      <source>Choose the boundaries of the districts (大字, 集落, 公民館区).</source>
      <translation>地区の境界（大字、集落、公民館区）のレイヤを選んでください。</translation>
    </message>
    <message>
      <source>Choose the boundary of the municipality.</source>
      <translation>行政界を選んでください。</translation>
    </message>
    <message>
      <source>Choose the columns with name and address of the contract holder.</source>
      <translation>契約者の氏名と住所の列を選んでください。</translation>
    </message>
    <message>
      <source>Choose the columns with name and address of the contract holder. They could not be recognised by the headings: {headings}.</source>
      <translation>契約者の氏名と住所の列を選んでください。見出しからは判断できませんでした：{headings}</translation>
    </message>
    <message>
      <source>Choose the landslides and damage.</source>
      <translation>土砂災害・被害箇所を選んでください。</translation>
    </message>
    <message>
      <source>Choose the layer or file of the facilities (shelters, hospitals).</source>
      <translation>施設（避難所、病院など）のレイヤまたはファイルを選んでください。</translation>
    </message>
    <message>
      <source>Choose the list itself.</source>
      <translation>元の名簿・一覧を選んでください。</translation>
    </message>
    <message>
      <source>Choose the outage areas that the utility gave or that were traced on its map.</source>
      <translation>電力会社から受け取った、またはその地図からなぞった停電範囲を選んでください。</translation>
    </message>
    <message>
      <source>Choose the roads.</source>
      <translation>道路を選んでください。</translation>
    </message>
    <message>
      <source>Choose what these are, or “not taken”: {files}.</source>
      <translation>種類を選ぶか、「取り込まない」にしてください：{files}</translation>
    </message>
    <message>
      <source>Chubu Electric Power Grid</source>
      <translation>中部電力パワーグリッド</translation>
    </message>
    <message>
      <source>Chugoku Electric Power Transmission &amp; Distribution</source>
      <translation>中国電力ネットワーク</translation>
    </message>
    <message>
      <source>Class of data</source>
      <translation>利用データ</translation>
    </message>
    <message>
      <source>Class of the meter</source>
      <translation>計器の種類</translation>
    </message>
    <message>
      <source>Clip layer</source>
      <translation>切り抜きレイヤ</translation>
    </message>
    <message>
      <source>Clock</source>
      <translation>残り時間の状態</translation>
    </message>
    <message>
      <source>Clock of this computer</source>
      <translation>このパソコンの時計</translation>
    </message>
    <message>
      <source>Clock told at</source>
      <translation>状態を見た時刻</translation>
    </message>
    <message>
      <source>Close</source>
      <translation>閉じる</translation>
    </message>
    <message>
      <source>Closed in QGIS: {names}.</source>
      <translation>QGIS で閉じました：{names}</translation>
    </message>
    <message>
      <source>Cluster</source>
      <translation>クラスター</translation>
    </message>
    <message>
      <source>Column with the address of the contract, as written on the electricity bill.</source>
      <translation>契約の住所の列。検針票のとおりに書かれたもの。</translation>
    </message>
    <message>
      <source>Column with the name in which the electricity contract is held, not that of the person to be supported: often the head of the household; for a facility, whoever runs it.</source>
      <translation>電気契約者の氏名の列。支援の対象となる方の氏名ではなく、世帯主であることが多い契約の名義です。施設では運営者（市町村など）です。</translation>
    </message>
    <message>
      <source>Columns</source>
      <translation>列</translation>
    </message>
    <message>
      <source>Columns about people that are needed in the field, e.g. name, key, care, curve (the curve goes along as a picture), or result.column, separated by commas. Left empty, nothing that tells who it is.</source>
      <translation>現地で要る個人の列を、コンマで区切って書きます（例 name, key, care, curve。curve は使用量の図として入ります。「結果.列」とも書けます）。空なら、誰かが分かる列は入りません。</translation>
    </message>
    <message>
      <source>Columns that were not sent</source>
      <translation>渡していない列がある</translation>
    </message>
    <message>
      <source>Comes with the disaster</source>
      <translation>発災後に用意</translation>
    </message>
    <message>
      <source>Comes with the disaster: keep it then with “Change case”.</source>
      <translation>発災後に用意するものです。そのとき「案件を変更」で保存してください。</translation>
    </message>
    <message>
      <source>Commissioner (民生委員)</source>
      <translation>民生委員</translation>
    </message>
    <message>
      <source>Communities</source>
      <translation>集落数</translation>
    </message>
    <message>
      <source>Communities that may be isolated</source>
      <translation>孤立のおそれがある集落</translation>
    </message>
    <message>
      <source>Compare use with the year before (UC9)</source>
      <translation>電力使用量を前年と比較（UC⑨）</translation>
    </message>
    <message>
      <source>Compare with the aggregator</source>
      <translation>登録と比較</translation>
    </message>
    <message>
      <source>Compare with the first figures from this day on. Left empty, with the earliest received.</source>
      <translation>この日以降の最初の統計と比べます。空欄の場合は受け取った中で最も古いものと比べます。</translation>
    </message>
    <message>
      <source>Compared with</source>
      <translation>比較した日</translation>
    </message>
    <message>
      <source>Completeness cannot be checked: {count} set(s) were taken in by hand, without the aggregator's list. They count as whole. If you know that files are missing, import with COMPLETE = no.</source>
      <translation>揃っているか確かめられません：{count} 組は手で取り込まれ、集約システムの一覧がありません。揃っているものとして扱います。足りないファイルがあると分かっているときは、COMPLETE を no にして取り込んでください。</translation>
    </message>
    <message>
      <source>Condition ID</source>
      <translation>データ提供条件ID</translation>
    </message>
    <message>
      <source>Condition {id} ({title}): the aggregator published nothing ({status}). That nothing came of it is no outage.</source>
      <translation>条件 {id}（{title}）：何も公開されませんでした（{status}）。データが来ないことは停電を意味しません。</translation>
    </message>
    <message>
      <source>Condition {id} is not published yet ({status}). Run again later.</source>
      <translation>データ提供条件 {id} はまだ公開されていません（{status}）。後でもう一度実行してください。</translation>
    </message>
    <message>
      <source>Condition {id} is of municipality {theirs}, the case of {ours}. Open the case of that municipality, or use the right account.</source>
      <translation>データ提供条件 {id} は団体コード {theirs} のもので、案件は {ours} のものです。その自治体の案件を開くか、正しいアカウントを使ってください。</translation>
    </message>
    <message>
      <source>Condition {id}: nothing new ({status}).</source>
      <translation>条件 {id}: 新しいものはありません（{status}）。</translation>
    </message>
    <message>
      <source>Condition {id}: nothing was published, there are no data for it.</source>
      <translation>データ提供条件 {id}：該当するデータがなく、何も公開されませんでした。</translation>
    </message>
    <message>
      <source>Condition {id}: the aggregator could not provide it. Register it again, or ask its operator.</source>
      <translation>データ提供条件 {id}：電力データ集約システムが提供できませんでした。登録し直すか、運用者に問い合わせてください。</translation>
    </message>
    <message>
      <source>Condition {id}: {status}</source>
      <translation>データ提供条件 {id}：{status}</translation>
    </message>
    <message>
      <source>Condition {id}: {what}</source>
      <translation>データ提供条件 {id}：{what}</translation>
    </message>
    <message>
      <source>Conditions deleted</source>
      <translation>削除した条件の件数</translation>
    </message>
    <message>
      <source>Conditions not published yet</source>
      <translation>まだ公開されていない条件の件数</translation>
    </message>
    <message>
      <source>Conditions registered</source>
      <translation>登録した条件の件数</translation>
    </message>
    <message>
      <source>Conditions that could not be deleted</source>
      <translation>削除できなかった条件の件数</translation>
    </message>
    <message>
      <source>Confidence</source>
      <translation>確からしさ</translation>
    </message>
    <message>
      <source>Confirmation (see the help)</source>
      <translation>確認（ヘルプを参照）</translation>
    </message>
    <message>
      <source>Confirmed without power: {dark} of {total} facilities</source>
      <translation>停電が確認された施設 {dark}／{total}</translation>
    </message>
    <message>
      <source>Confirmed without power: {groups}</source>
      <translation>停電が確認された{groups}</translation>
    </message>
    <message>
      <source>Conflicts of a field package</source>
      <translation>現地入力の競合</translation>
    </message>
    <message>
      <source>Connection</source>
      <translation>接続</translation>
    </message>
    <message>
      <source>Connection to the aggregator</source>
      <translation>集約システムへの接続</translation>
    </message>
    <message>
      <source>Contacted, safe</source>
      <translation>連絡済・無事</translation>
    </message>
    <message>
      <source>Contacts</source>
      <translation>連絡先</translation>
    </message>
    <message>
      <source>Content</source>
      <translation>内容</translation>
    </message>
    <message>
      <source>Contract address</source>
      <translation>契約の住所</translation>
    </message>
    <message>
      <source>Contract holder</source>
      <translation>契約者</translation>
    </message>
    <message>
      <source>Contract master</source>
      <translation>マスタ情報</translation>
    </message>
    <message>
      <source>Contract master (マスタ情報)</source>
      <translation>契約マスタ（マスタ情報）</translation>
    </message>
    <message>
      <source>Contractor list</source>
      <translation>特定契約者のリスト</translation>
    </message>
    <message>
      <source>Contractor list “{list}”</source>
      <translation>特定契約者のリスト「{list}」</translation>
    </message>
    <message>
      <source>Contractors (特定契約者)</source>
      <translation>特定契約者</translation>
    </message>
    <message>
      <source>Contracts</source>
      <translation>契約数</translation>
    </message>
    <message>
      <source>Contracts (kW)</source>
      <translation>契約電力（kW）</translation>
    </message>
    <message>
      <source>Contracts and solar</source>
      <translation>契約数と太陽光</translation>
    </message>
    <message>
      <source>Contracts are not households, and fewer contracts are no proof of empty homes: holders change, meters are joined. Squares that are masked or not named are unknown, not 0.</source>
      <translation>契約数は世帯数ではありません。名義変更や計器の統合でも減るため、契約の減少は空き家の証拠ではありません。秘匿またはファイルにないメッシュは不明であり、0ではありません。</translation>
    </message>
    <message>
      <source>Contracts before, in the squares compared</source>
      <translation>以前の契約数（比較したメッシュ）</translation>
    </message>
    <message>
      <source>Contracts fewer or more than before</source>
      <translation>契約数の増減</translation>
    </message>
    <message>
      <source>Contracts in the cells that are known</source>
      <translation>値がわかるメッシュの契約数</translation>
    </message>
    <message>
      <source>Contracts more or fewer</source>
      <translation>契約数の増減</translation>
    </message>
    <message>
      <source>Contracts more or fewer, in the cells known at both dates</source>
      <translation>両方の日の値がわかるメッシュの契約数の増減</translation>
    </message>
    <message>
      <source>Contracts more than 10 % fewer: {count} of {total} areas</source>
      <translation>契約が10%超減った区域 {count}／{total}</translation>
    </message>
    <message>
      <source>Contracts registered</source>
      <translation>登録されている契約</translation>
    </message>
    <message>
      <source>Contracts rejected</source>
      <translation>却下された契約</translation>
    </message>
    <message>
      <source>Contracts that feed in</source>
      <translation>逆潮流のある契約数</translation>
    </message>
    <message>
      <source>Contracts that feed in, in the cells that are known</source>
      <translation>値がわかるメッシュの逆潮流のある契約数</translation>
    </message>
    <message>
      <source>Contracts, fewer or more than before (計器数分析)</source>
      <translation>契約数の増減（計器数分析）</translation>
    </message>
    <message>
      <source>Contracts, growth and solar</source>
      <translation>契約数・増減・太陽光</translation>
    </message>
    <message>
      <source>Copies of these lie in the case; algorithms use them where their own inputs are left empty.</source>
      <translation>写しを案件に保存しています。各アルゴリズムの入力を空欄にすると、これを使います。</translation>
    </message>
    <message>
      <source>Copy of the shipped profile to edit</source>
      <translation>書き換えるための標準接続プロファイルの写し</translation>
    </message>
    <message>
      <source>Copy the names</source>
      <translation>氏名を写す</translation>
    </message>
    <message>
      <source>Count published files</source>
      <translation>公開ファイルを数える</translation>
    </message>
    <message>
      <source>Count: {what}</source>
      <translation>集計：{what}</translation>
    </message>
    <message>
      <source>Counted from 1; of a picture it counts for nothing.</source>
      <translation>1 から数えます。画像では使いません。</translation>
    </message>
    <message>
      <source>Counted, but not on the map, for its place is not known: {names}.</source>
      <translation>件数に含むが位置が不明で地図にないもの：{names}。</translation>
    </message>
    <message>
      <source>Create case</source>
      <translation>案件を作成</translation>
    </message>
    <message>
      <source>Create scenario</source>
      <translation>シナリオを作成</translation>
    </message>
    <message>
      <source>Critical facilities without power</source>
      <translation>停電中の重要施設（一部停電を含む）</translation>
    </message>
    <message>
      <source>Current case: {name}</source>
      <translation>現在の案件：{name}</translation>
    </message>
    <message>
      <source>Curve of two days</source>
      <translation>2日間の使用量</translation>
    </message>
    <message>
      <source>Curves</source>
      <translation>使用量のグラフ</translation>
    </message>
    <message>
      <source>Cut in part</source>
      <translation>一部寸断</translation>
    </message>
    <message>
      <source>Cut off</source>
      <translation>寸断</translation>
    </message>
    <message>
      <source>DRILL</source>
      <translation>訓練</translation>
    </message>
    <message>
      <source>Daily: one set of files for each day. Monthly: whole months, after each customer's meter-reading day.</source>
      <translation>日次は1日ごとのファイル、月次は1か月分で、対象者の検針日以降に取得できます。</translation>
    </message>
    <message>
      <source>Dark beyond peacetime</source>
      <translation>平常時を超える停電</translation>
    </message>
    <message>
      <source>Dark for at least (hours)</source>
      <translation>途絶の最短時間（時間）</translation>
    </message>
    <message>
      <source>Dark meters in them</source>
      <translation>その中の停電した計器</translation>
    </message>
    <message>
      <source>Dark meters, not on the utility's map</source>
      <translation>電力会社の地図にない停電</translation>
    </message>
    <message>
      <source>Dark now</source>
      <translation>現在停電中</translation>
    </message>
    <message>
      <source>Dark settlements that touch, or lie within 100 m of each other, are one group: they are likely to be cut off together. Each keeps its own rank.</source>
      <translation>接しているか100m以内にある途絶集落を1つのグループにします。まとめて孤立しているおそれがあるためです。順位は集落ごとに付けます。</translation>
    </message>
    <message>
      <source>Dark since</source>
      <translation>停電の開始</translation>
    </message>
    <message>
      <source>Dark since {since} ({hours} h): {silent} of {meters} meters that reported before are silent. {access}</source>
      <translation>{since} から {hours} 時間、電力データなし：発災前に検針できていた {meters} 台のうち {silent} 台が不通。{access}</translation>
    </message>
    <message>
      <source>Dark since, at the earliest</source>
      <translation>停電の開始（最も早い場合）</translation>
    </message>
    <message>
      <source>Dark since, at the latest</source>
      <translation>停電の開始（最も遅い場合）</translation>
    </message>
    <message>
      <source>Dark so far</source>
      <translation>これまでの停電</translation>
    </message>
    <message>
      <source>Dark squares outside all areas</source>
      <translation>範囲外で停電しているメッシュ</translation>
    </message>
    <message>
      <source>Darker than said</source>
      <translation>うち危険側</translation>
    </message>
    <message>
      <source>Darker than the map said (dangerous)</source>
      <translation>表示より停電が多い（危険側）</translation>
    </message>
    <message>
      <source>Darker than {which} said: {count} of {total} areas</source>
      <translation>{which}の表示より停電が多かった区域：{total} 区域中 {count}</translation>
    </message>
    <message>
      <source>Data</source>
      <translation>データ</translation>
    </message>
    <message>
      <source>Data Conditions</source>
      <translation>データ提供条件</translation>
    </message>
    <message>
      <source>Data Conditions…</source>
      <translation>データ提供条件…</translation>
    </message>
    <message>
      <source>Data acquisition gaps</source>
      <translation>データ取得の途絶</translation>
    </message>
    <message>
      <source>Data acquisition gaps by area</source>
      <translation>区域別データ取得の途絶</translation>
    </message>
    <message>
      <source>Data class</source>
      <translation>利用データ</translation>
    </message>
    <message>
      <source>Data conditions</source>
      <translation>データ提供条件</translation>
    </message>
    <message>
      <source>Data gaps</source>
      <translation>データの途絶</translation>
    </message>
    <message>
      <source>Data have come and no map was made yet: make the maps of the morning brief.</source>
      <translation>データは届いていますが、地図がまだありません。朝のまとめの地図を作ってください。</translation>
    </message>
    <message>
      <source>Data no longer come from {count} of {total} areas (gap above 75 %)</source>
      <translation>データが途絶えた区域 {count}／{total}（途絶率75%超）</translation>
    </message>
    <message>
      <source>Data until</source>
      <translation>データの最終時刻</translation>
    </message>
    <message>
      <source>Data until {time}</source>
      <translation>データは{time}まで</translation>
    </message>
    <message>
      <source>Data until {time}, the rates are those of {moment}</source>
      <translation>データは{time}まで（停電率は{moment}の状態）</translation>
    </message>
    <message>
      <source>Data until {time}: more than {hours} hours before {at}</source>
      <translation>データは{time}まで。{at}より{hours}時間以上前です</translation>
    </message>
    <message>
      <source>Data until {time}: they do not tell yet of what came after the event of {event}</source>
      <translation>データは{time}まで：{event} の発災後のことは、まだ分かりません</translation>
    </message>
    <message>
      <source>Data until {time}: they end before the event of {event}, and nothing is known of what came after it</source>
      <translation>データは{time}まで。{event}の発生より前で終わり、その後の状態は分かりません</translation>
    </message>
    <message>
      <source>Data until: {kinds}</source>
      <translation>データの時点：{kinds}</translation>
    </message>
    <message>
      <source>Day</source>
      <translation>曜日</translation>
    </message>
    <message>
      <source>Day of the event</source>
      <translation>発災日</translation>
    </message>
    <message>
      <source>Day of the request</source>
      <translation>要請日</translation>
    </message>
    <message>
      <source>Day the request was made. May be filled in later.</source>
      <translation>要請を行った日。後から入力してもかまいません。</translation>
    </message>
    <message>
      <source>Days</source>
      <translation>日・週</translation>
    </message>
    <message>
      <source>Days away</source>
      <translation>不在の続く日数</translation>
    </message>
    <message>
      <source>Days compared</source>
      <translation>比較した日数</translation>
    </message>
    <message>
      <source>Days counted</source>
      <translation>数えた日数</translation>
    </message>
    <message>
      <source>Days its own load rests on</source>
      <translation>使用量の根拠とした日数</translation>
    </message>
    <message>
      <source>Days left of the period of use</source>
      <translation>利用期間の残り日数</translation>
    </message>
    <message>
      <source>Days lived in</source>
      <translation>居住日数</translation>
    </message>
    <message>
      <source>Days of readings</source>
      <translation>電力データの日数</translation>
    </message>
    <message>
      <source>Days of readings before it</source>
      <translation>発災前の電力データの日数</translation>
    </message>
    <message>
      <source>Days of statistics</source>
      <translation>統計データの日数</translation>
    </message>
    <message>
      <source>Delay (s)</source>
      <translation>公開までの時間（秒）</translation>
    </message>
    <message>
      <source>Delete</source>
      <translation>削除する</translation>
    </message>
    <message>
      <source>Delete contractors</source>
      <translation>特定契約者を削除</translation>
    </message>
    <message>
      <source>Delete data conditions</source>
      <translation>データ提供条件を削除</translation>
    </message>
    <message>
      <source>Delete the list in the case too</source>
      <translation>案件のリストも削除する</translation>
    </message>
    <message>
      <source>Delete the registration of “{list}” at the aggregator? What was downloaded stays in the case.</source>
      <translation>電力データ集約システムの「{list}」の登録を削除しますか。受け取ったデータは案件に残ります。</translation>
    </message>
    <message>
      <source>Delete {count} condition(s) at the aggregator? {ids}
Nothing more will be provided for them. What was downloaded stays in the case.</source>
      <translation>集約システムから{count}件の条件を削除しますか？ {ids}
以後、この条件のデータは提供されません。ダウンロード済みのデータは案件に残ります。</translation>
    </message>
    <message>
      <source>Deleted: {kind}, {count} ({mb} MB).</source>
      <translation>削除：{kind} {count} 件（{mb} MB）</translation>
    </message>
    <message>
      <source>Delete…</source>
      <translation>削除…</translation>
    </message>
    <message>
      <source>Delivery</source>
      <translation>提供方法</translation>
    </message>
    <message>
      <source>Desks and people, CSV or XLSX with 区分 (申請窓口, 首長, 個人情報取扱責任者, 一般送配電事業者, 都道府県, 燃料 …), 組織, 部署, 氏名, 電話番号, メールアドレス. What is on no list stays a marked blank.</source>
      <translation>窓口と担当者の一覧。CSV または XLSX で、区分（申請窓口、首長、個人情報取扱責任者、一般送配電事業者、都道府県、燃料など）、組織、部署、氏名、電話番号、メールアドレスの列。一覧にないものは「要記入」のまま残ります。</translation>
    </message>
    <message>
      <source>Detail</source>
      <translation>内容</translation>
    </message>
    <message>
      <source>Details (JSON)</source>
      <translation>詳細（JSON）</translation>
    </message>
    <message>
      <source>Details of the kind</source>
      <translation>データ種類詳細</translation>
    </message>
    <message>
      <source>Device</source>
      <translation>機器</translation>
    </message>
    <message>
      <source>Dialysis</source>
      <translation>透析</translation>
    </message>
    <message>
      <source>Diesel for the trucks assigned</source>
      <translation>割り当てた電源車の軽油</translation>
    </message>
    <message>
      <source>Difference</source>
      <translation>違い</translation>
    </message>
    <message>
      <source>Dispose of a case</source>
      <translation>案件を破棄</translation>
    </message>
    <message>
      <source>Distance (km)</source>
      <translation>距離（km）</translation>
    </message>
    <message>
      <source>Distance (m)</source>
      <translation>距離（m）</translation>
    </message>
    <message>
      <source>Distance to it (m)</source>
      <translation>そこまでの距離（m）</translation>
    </message>
    <message>
      <source>District</source>
      <translation>地区</translation>
    </message>
    <message>
      <source>District (地区, 町内会)</source>
      <translation>地区（町内会・自治会）</translation>
    </message>
    <message>
      <source>Districts</source>
      <translation>各区域</translation>
    </message>
    <message>
      <source>Districts of the isolated communities and of the relays. Left empty, relays are found by squares.</source>
      <translation>孤立集落と中継局の地区。空欄の場合、中継局はメッシュで探します。</translation>
    </message>
    <message>
      <source>Districts with most of them (meters)</source>
      <translation>停電の多い地区（台）</translation>
    </message>
    <message>
      <source>Document</source>
      <translation>文書</translation>
    </message>
    <message>
      <source>Done at {time}.</source>
      <translation>{time} に終わりました。</translation>
    </message>
    <message>
      <source>Download published data</source>
      <translation>公開データをダウンロード</translation>
    </message>
    <message>
      <source>Download when published</source>
      <translation>公開されたらダウンロード</translation>
    </message>
    <message>
      <source>Downloaded: {files} file(s), {rows} rows taken in.</source>
      <translation>ダウンロード完了：ファイル{files}件、{rows}行を取り込みました。</translation>
    </message>
    <message>
      <source>Drawing…</source>
      <translation>描いています…</translation>
    </message>
    <message>
      <source>Drawn as dark, but the meters have power</source>
      <translation>停電とされているが計器は通電</translation>
    </message>
    <message>
      <source>Drawn on the map</source>
      <translation>地図に表示</translation>
    </message>
    <message>
      <source>Drill</source>
      <translation>訓練</translation>
    </message>
    <message>
      <source>Drill or real disaster?</source>
      <translation>訓練ですか、実災害ですか</translation>
    </message>
    <message>
      <source>Drill: these data are invented</source>
      <translation>訓練：架空のデータです</translation>
    </message>
    <message>
      <source>Drums of 200 L</source>
      <translation>200 L ドラム缶（本）</translation>
    </message>
    <message>
      <source>Dry run: nothing was deleted.</source>
      <translation>試行：何も削除していません。</translation>
    </message>
    <message>
      <source>Dry run: only say what would be deleted</source>
      <translation>試行：何を削除するかを示すだけ</translation>
    </message>
    <message>
      <source>Dwellings</source>
      <translation>住戸</translation>
    </message>
    <message>
      <source>Dwellings at home per {metres} m square (largest circle: {most} or more)</source>
      <translation>{metres} mメッシュごとの在宅住戸数（最大の円＝{most}戸以上）</translation>
    </message>
    <message>
      <source>Dwellings at the pole</source>
      <translation>同じ電柱の住戸数</translation>
    </message>
    <message>
      <source>Dwellings not decided</source>
      <translation>不明・判定保留の住戸数</translation>
    </message>
    <message>
      <source>Dwellings whose number is listed with another address</source>
      <translation>番号が別の住所で住民リストに載っている住戸数</translation>
    </message>
    <message>
      <source>Dwellings with somebody at home</source>
      <translation>在宅の住戸数</translation>
    </message>
    <message>
      <source>Dwellings without a sign of use</source>
      <translation>不在（使用の形跡なし）の住戸数</translation>
    </message>
    <message>
      <source>Each result of Tomoshibi becomes a sheet; all other layers are drawn below it. Left empty, every result in layers.gpkg of the case and every temporary one on the screen, but those that name people.</source>
      <translation>Tomoshibi の結果は、それぞれ 1 枚の帳票になります。ほかのレイヤはその下に描きます。空欄なら、案件の layers.gpkg にあるすべての結果と、画面上の一時レイヤの結果を印刷します（個人が載るものを除く）。</translation>
    </message>
    <message>
      <source>Earlier forecasts of the case whose moment has come</source>
      <translation>対象時刻を過ぎた先の見通し（件）</translation>
    </message>
    <message>
      <source>Earlier result</source>
      <translation>以前の結果</translation>
    </message>
    <message>
      <source>Earthquake</source>
      <translation>地震</translation>
    </message>
    <message>
      <source>Earthquake, or another event of a moment</source>
      <translation>地震など一瞬の災害</translation>
    </message>
    <message>
      <source>Edited copy of the interface profile. Left empty: TOMOSHIBI_PROFILE of the environment, then the settings, then the profile that ships.</source>
      <translation>編集した接続プロファイルです。空欄なら、環境変数 TOMOSHIBI_PROFILE、設定、同梱の接続プロファイルの順に使います。</translation>
    </message>
    <message>
      <source>Edited copy of the interface profile; left empty, the profile that ships.</source>
      <translation>編集した接続プロファイルです。空欄なら付属のものを使います。</translation>
    </message>
    <message>
      <source>Encrypt</source>
      <translation>暗号化する</translation>
    </message>
    <message>
      <source>Encryption (TLS)</source>
      <translation>暗号化 (TLS)</translation>
    </message>
    <message>
      <source>Encryption of the disk</source>
      <translation>ディスクの暗号化</translation>
    </message>
    <message>
      <source>End</source>
      <translation>終了</translation>
    </message>
    <message>
      <source>End it though something remains</source>
      <translation>残りがあっても終える</translation>
    </message>
    <message>
      <source>End of the last step, Japanese time. Left empty, the end of the readings received.</source>
      <translation>最後のステップの終わり（日本時間）。空欄なら受け取った電力データの終わりです。</translation>
    </message>
    <message>
      <source>End of the period, at most seven days after its beginning. Left empty, the moment of the event.</source>
      <translation>期間の終了（日本時間）。開始から7日以内。空欄なら発災時刻です。</translation>
    </message>
    <message>
      <source>Enter an aftershock, another end of the period of use, or another name.</source>
      <translation>余震の発生時刻、利用期間の延長、名称の変更などを入力します。</translation>
    </message>
    <message>
      <source>Enter the last day of use, and what the data are used for, with “Change case”.</source>
      <translation>「案件を変更」で、利用期間の最終日と利用目的を入力してください。</translation>
    </message>
    <message>
      <source>Estimate who was at home (UC3, UC6)</source>
      <translation>在・不在を推定（UC③⑥）</translation>
    </message>
    <message>
      <source>Estimated at home: {home} of {total} dwellings</source>
      <translation>在宅と推定 {home} 戸／{total} 戸</translation>
    </message>
    <message>
      <source>Estimated from use of electricity; “away” means no sign of use, and nobody's whereabouts are confirmed. Points are service poles.</source>
      <translation>電気の使用からの推定です。「不在」は使用のしるしがないことで、所在の確認ではありません。点の位置は引込柱です。</translation>
    </message>
    <message>
      <source>Evacuation support, by priority</source>
      <translation>避難支援（優先順）</translation>
    </message>
    <message>
      <source>Event</source>
      <translation>発災</translation>
    </message>
    <message>
      <source>Event time</source>
      <translation>発生時刻</translation>
    </message>
    <message>
      <source>Every dialog says that it is practice, and only this computer is spoken to.</source>
      <translation>すべてのダイアログに訓練であることを表示し、このパソコンとだけ通信します。</translation>
    </message>
    <message>
      <source>Every few minutes: fetch what is new for the case and make its situation layers again</source>
      <translation>数分ごとに、案件の新しいデータを取得し、被害状況のレイヤを作り直します</translation>
    </message>
    <message>
      <source>Every layer</source>
      <translation>すべてのレイヤ</translation>
    </message>
    <message>
      <source>Every map of the case says that it is a drill and its data invented.</source>
      <translation>この案件のすべての地図に、訓練であり架空のデータであることを表示します。</translation>
    </message>
    <message>
      <source>Every meter of the municipality</source>
      <translation>自治体の全計器</translation>
    </message>
    <message>
      <source>Every {minutes} Minutes</source>
      <translation>{minutes}分ごと</translation>
    </message>
    <message>
      <source>Everything that was found (JSON)</source>
      <translation>わかったことすべて (JSON)</translation>
    </message>
    <message>
      <source>Evidence</source>
      <translation>根拠</translation>
    </message>
    <message>
      <source>Excess over peacetime (0–1)</source>
      <translation>平常時からの超過（0～1）</translation>
    </message>
    <message>
      <source>Excess, lower bound (0–1)</source>
      <translation>超過の下限（0～1）</translation>
    </message>
    <message>
      <source>Excess, upper bound (0–1)</source>
      <translation>超過の上限（0～1）</translation>
    </message>
    <message>
      <source>Expected</source>
      <translation>見込み</translation>
    </message>
    <message>
      <source>Expected dark longest (in {hours} h): {names}</source>
      <translation>停電が長引く見込みの区域（{hours}時間後）：{names}</translation>
    </message>
    <message>
      <source>Expected in peacetime</source>
      <translation>平常時の見込み</translation>
    </message>
    <message>
      <source>Expected to have power again</source>
      <translation>復旧の見込み</translation>
    </message>
    <message>
      <source>Explanation of an individual request</source>
      <translation>個別要請の説明資料</translation>
    </message>
    <message>
      <source>Export readings as Parquet</source>
      <translation>電力データを Parquet で書き出す</translation>
    </message>
    <message>
      <source>Extent to cover, drawn, typed or taken from a layer. Left empty, the extent of the clip layer.</source>
      <translation>メッシュを作る範囲です。描画、入力、レイヤから指定できます。空欄なら切り抜きレイヤの範囲になります。</translation>
    </message>
    <message>
      <source>Facilities</source>
      <translation>施設</translation>
    </message>
    <message>
      <source>Facilities (ids or names)</source>
      <translation>施設（ID または名称）</translation>
    </message>
    <message>
      <source>Facilities and their supply points</source>
      <translation>施設と供給地点の対応表</translation>
    </message>
    <message>
      <source>Facilities are left out: none were given, and the case keeps none.</source>
      <translation>施設は、指定がなく案件にも登録がないため、載せていません。</translation>
    </message>
    <message>
      <source>Facilities in the order in which they fail</source>
      <translation>電源が尽きる順の施設</translation>
    </message>
    <message>
      <source>Facilities linked to supply points</source>
      <translation>施設と供給地点の結び付き</translation>
    </message>
    <message>
      <source>Facilities not known</source>
      <translation>通電状況が不明の施設</translation>
    </message>
    <message>
      <source>Facilities noted</source>
      <translation>記録した施設</translation>
    </message>
    <message>
      <source>Facilities of which nothing is known</source>
      <translation>不明の施設数</translation>
    </message>
    <message>
      <source>Facilities of which nothing is known: {reasons}</source>
      <translation>状態不明の施設：{reasons}</translation>
    </message>
    <message>
      <source>Facilities of which something told holds now</source>
      <translation>現在有効な電話確認のある施設</translation>
    </message>
    <message>
      <source>Facilities that may fail within 24 hours</source>
      <translation>24時間以内に電源喪失のおそれ</translation>
    </message>
    <message>
      <source>Facilities that run on their own power</source>
      <translation>非常用電源で動いている施設</translation>
    </message>
    <message>
      <source>Facilities to ask what hangs on their generator</source>
      <translation>発電機の給電範囲を確認する施設</translation>
    </message>
    <message>
      <source>Facilities to ask what is left in their tank</source>
      <translation>燃料残量を確認する施設</translation>
    </message>
    <message>
      <source>Facilities told of by telephone, beside what was measured</source>
      <translation>電話で確認した施設（計測とは別）</translation>
    </message>
    <message>
      <source>Facilities whose backup power ended within the data</source>
      <translation>データの時点までに非常用電源が尽きた施設</translation>
    </message>
    <message>
      <source>Facilities whose backup power must have ended after the data</source>
      <translation>データの後に非常用電源が尽きたはずの施設（給油・復電がなければ）</translation>
    </message>
    <message>
      <source>Facilities whose supply point is to be looked up by a person</source>
      <translation>供給地点の目視確認が必要な施設</translation>
    </message>
    <message>
      <source>Facilities with power</source>
      <translation>通電している施設数</translation>
    </message>
    <message>
      <source>Facilities with power in part</source>
      <translation>一部停電の施設数</translation>
    </message>
    <message>
      <source>Facilities without power</source>
      <translation>停電している施設数</translation>
    </message>
    <message>
      <source>Facility ID</source>
      <translation>施設ID</translation>
    </message>
    <message>
      <source>Facility or area</source>
      <translation>施設・区域</translation>
    </message>
    <message>
      <source>Failed relays (JSON: area → share of its meters)</source>
      <translation>故障した中継局（JSON：区域→計器の割合）</translation>
    </message>
    <message>
      <source>Fails at the earliest</source>
      <translation>電源が尽きる時刻（最も早い場合）</translation>
    </message>
    <message>
      <source>Fails at the latest</source>
      <translation>電源が尽きる時刻（最も遅い場合）</translation>
    </message>
    <message>
      <source>Fails between</source>
      <translation>電源が尽きる見込み</translation>
    </message>
    <message>
      <source>Fails from</source>
      <translation>尽きる見込み（早ければ）</translation>
    </message>
    <message>
      <source>Fault of feeders</source>
      <translation>配電線の故障</translation>
    </message>
    <message>
      <source>Features</source>
      <translation>地物数</translation>
    </message>
    <message>
      <source>Features without a code</source>
      <translation>コードのない地物数</translation>
    </message>
    <message>
      <source>Fed by a power truck</source>
      <translation>電源車で給電中</translation>
    </message>
    <message>
      <source>Fed in (kWh)</source>
      <translation>受電電力量（kWh）</translation>
    </message>
    <message>
      <source>Fed in by contract (kWh)</source>
      <translation>1契約あたり受電電力量（kWh）</translation>
    </message>
    <message>
      <source>Feed-in counted on</source>
      <translation>逆潮流の統計の日</translation>
    </message>
    <message>
      <source>Fell silent</source>
      <translation>途絶の時期</translation>
    </message>
    <message>
      <source>Fetch the result</source>
      <translation>結果を取得</translation>
    </message>
    <message>
      <source>Fetch what is new and make the maps again</source>
      <translation>新しいデータを受け取り、地図を作り直します</translation>
    </message>
    <message>
      <source>Fewest meters of a figure</source>
      <translation>数値を出す最少の計器数</translation>
    </message>
    <message>
      <source>Field that parts them</source>
      <translation>分担を示す列</translation>
    </message>
    <message>
      <source>Field that tells municipalities or wards apart. Left empty, area_id.</source>
      <translation>市区町村・行政区を区別するフィールド。空欄の場合は area_id。</translation>
    </message>
    <message>
      <source>Field that tells the areas apart. Left empty, area_id.</source>
      <translation>区域を区別するコードのフィールド。空欄なら area_id です。</translation>
    </message>
    <message>
      <source>Field with the address</source>
      <translation>住所の列</translation>
    </message>
    <message>
      <source>Field with the area code</source>
      <translation>区域コードのフィールド</translation>
    </message>
    <message>
      <source>Field with the area name</source>
      <translation>区域名のフィールド</translation>
    </message>
    <message>
      <source>Field with the code of the municipality</source>
      <translation>市区町村コードのフィールド</translation>
    </message>
    <message>
      <source>Field with the device</source>
      <translation>機器の列</translation>
    </message>
    <message>
      <source>Field with the district</source>
      <translation>地区の列</translation>
    </message>
    <message>
      <source>Field with the hours of the battery</source>
      <translation>バッテリー時間の列</translation>
    </message>
    <message>
      <source>Field with the name</source>
      <translation>名称の列</translation>
    </message>
    <message>
      <source>Field with the name in kana</source>
      <translation>氏名カナの列</translation>
    </message>
    <message>
      <source>Field with the name to show. Left empty, area_name; where there is none, the code is shown.</source>
      <translation>表示する名称のフィールド。空欄なら area_name、なければコードを表示します。</translation>
    </message>
    <message>
      <source>Field with the need of care</source>
      <translation>要介護度等の列</translation>
    </message>
    <message>
      <source>Field with the supply point</source>
      <translation>供給地点特定番号の列</translation>
    </message>
    <message>
      <source>Field with the vendor</source>
      <translation>業者の列</translation>
    </message>
    <message>
      <source>Field with your own id</source>
      <translation>独自IDの列</translation>
    </message>
    <message>
      <source>Field work: {team}</source>
      <translation>現地用：{team}</translation>
    </message>
    <message>
      <source>Fields carried along</source>
      <translation>一緒に載せる列</translation>
    </message>
    <message>
      <source>Figures for each day or for each month.</source>
      <translation>日単位または月単位の値です。</translation>
    </message>
    <message>
      <source>Figures that count fewer meters are withheld, and with them what would tell them by subtraction. The manual masks too and names no limit.</source>
      <translation>計器数がこれより少ない数値は秘匿し、差し引きでそれが分かる数値もあわせて秘匿します。手引きも秘匿を定めていますが、台数は示していません。</translation>
    </message>
    <message>
      <source>Figures withheld</source>
      <translation>秘匿した数値</translation>
    </message>
    <message>
      <source>File</source>
      <translation>ファイル</translation>
    </message>
    <message>
      <source>File (CSV, XLSX)</source>
      <translation>ファイル（CSV、XLSX）</translation>
    </message>
    <message>
      <source>File for the same figures as JSON.</source>
      <translation>同じ数値を書き出すJSONファイルです。</translation>
    </message>
    <message>
      <source>File format</source>
      <translation>提供フォーマット</translation>
    </message>
    <message>
      <source>File or layer</source>
      <translation>ファイル・レイヤ</translation>
    </message>
    <message>
      <source>File with the accounts</source>
      <translation>アカウントのファイル</translation>
    </message>
    <message>
      <source>Files</source>
      <translation>ファイル</translation>
    </message>
    <message>
      <source>Files and conditions that failed</source>
      <translation>失敗したファイルと条件の件数</translation>
    </message>
    <message>
      <source>Files and layers kept</source>
      <translation>残したファイル・レイヤの数</translation>
    </message>
    <message>
      <source>Files and layers that failed</source>
      <translation>失敗したファイルとレイヤの数</translation>
    </message>
    <message>
      <source>Files and layers with personal data</source>
      <translation>個人データを含むファイルとレイヤの数</translation>
    </message>
    <message>
      <source>Files and lines that differ</source>
      <translation>違うファイルと行の数</translation>
    </message>
    <message>
      <source>Files downloaded</source>
      <translation>ダウンロードしたファイル数</translation>
    </message>
    <message>
      <source>Files published</source>
      <translation>公開ファイル数</translation>
    </message>
    <message>
      <source>Files searched for people of the case</source>
      <translation>個人の情報を検索したファイルの数</translation>
    </message>
    <message>
      <source>Files taken back</source>
      <translation>取り消したファイル</translation>
    </message>
    <message>
      <source>Files taken in</source>
      <translation>取り込んだファイル数</translation>
    </message>
    <message>
      <source>Files that are as the ledger says</source>
      <translation>台帳どおりのファイル</translation>
    </message>
    <message>
      <source>Files that could not be used</source>
      <translation>使えなかったファイル数</translation>
    </message>
    <message>
      <source>Files whose content was there already</source>
      <translation>内容がすでにあったファイルの数</translation>
    </message>
    <message>
      <source>Files written</source>
      <translation>書き出したファイル数</translation>
    </message>
    <message>
      <source>Files, layers and traces deleted</source>
      <translation>削除したファイル・レイヤ・痕跡の数</translation>
    </message>
    <message>
      <source>Files, layers and traces that would be deleted</source>
      <translation>削除の対象となるファイル・レイヤ・痕跡の数</translation>
    </message>
    <message>
      <source>File…</source>
      <translation>ファイル…</translation>
    </message>
    <message>
      <source>Filter</source>
      <translation>絞り込み</translation>
    </message>
    <message>
      <source>Find communities that may be isolated (UC5)</source>
      <translation>孤立のおそれがある集落を抽出（UC⑤）</translation>
    </message>
    <message>
      <source>Find hidden outages (UC5)</source>
      <translation>隠れ停電を抽出（UC⑤）</translation>
    </message>
    <message>
      <source>First day</source>
      <translation>最初の日</translation>
    </message>
    <message>
      <source>First day on which the data may be used.</source>
      <translation>データを利用できる最初の日です。</translation>
    </message>
    <message>
      <source>First day on which the data may be used. Left empty, it stays.</source>
      <translation>データを利用できる最初の日。空欄なら変わりません。</translation>
    </message>
    <message>
      <source>First day wanted; for uc1 the moment. Left empty, now for uc1; the other use cases need it.</source>
      <translation>求める最初の日（uc1 は時刻）。空欄なら、uc1 は現在時刻になります。ほかのユースケースでは必ず入力してください。</translation>
    </message>
    <message>
      <source>First day. Left empty, the first that there is.</source>
      <translation>最初の日。空欄なら、データのある最初の日です。</translation>
    </message>
    <message>
      <source>First moment of the maps that are judged, Japanese time. Left empty, the event.</source>
      <translation>検証する地図の最初の時点（日本時間）。空欄の場合は発災時刻。</translation>
    </message>
    <message>
      <source>First page</source>
      <translation>1ページ目</translation>
    </message>
    <message>
      <source>First row names the columns</source>
      <translation>1行目が見出し</translation>
    </message>
    <message>
      <source>First step, Japanese time. Left empty, 24 hours before the event.</source>
      <translation>最初の時間帯（日本時間）。空欄なら発災の24時間前からです。</translation>
    </message>
    <message>
      <source>First step, Japanese time. Left empty, the step before the event.</source>
      <translation>最初のステップの時刻（日本時間）。空欄なら発災の1ステップ前です。</translation>
    </message>
    <message>
      <source>Fixed by the account: each municipality gets its own data only.</source>
      <translation>アカウントで決まる固定値です。自団体のデータだけが提供されます。</translation>
    </message>
    <message>
      <source>Folder</source>
      <translation>フォルダ</translation>
    </message>
    <message>
      <source>Folder for new cases</source>
      <translation>案件を作成するフォルダ</translation>
    </message>
    <message>
      <source>Folder for the CSVs</source>
      <translation>CSVの保存先フォルダ</translation>
    </message>
    <message>
      <source>Folder for the PDFs</source>
      <translation>PDFの出力フォルダ</translation>
    </message>
    <message>
      <source>Folder for the files</source>
      <translation>ファイルのフォルダ</translation>
    </message>
    <message>
      <source>Folder for the package</source>
      <translation>パッケージを置くフォルダ</translation>
    </message>
    <message>
      <source>Folder for the packages</source>
      <translation>パッケージを置くフォルダ</translation>
    </message>
    <message>
      <source>Folder for the scenario; it must not hold one already.</source>
      <translation>シナリオのフォルダです。すでにシナリオが入っているフォルダは使えません。</translation>
    </message>
    <message>
      <source>Folder for the workbooks</source>
      <translation>ブックのフォルダ</translation>
    </message>
    <message>
      <source>Folder made with “Create scenario”, with the truth in it.</source>
      <translation>「シナリオを作成」で作った、正解の入ったフォルダです。</translation>
    </message>
    <message>
      <source>Folder made with “Create scenario”.</source>
      <translation>「シナリオを作成」で作ったフォルダです。</translation>
    </message>
    <message>
      <source>Folder of open data</source>
      <translation>オープンデータのフォルダ</translation>
    </message>
    <message>
      <source>Folder of the cases as the workers see it</source>
      <translation>ワーカーから見た案件の親フォルダ</translation>
    </message>
    <message>
      <source>Folder of the files received</source>
      <translation>受け取ったファイルのフォルダ</translation>
    </message>
    <message>
      <source>Folder to make: a new one or an empty one, where only those who may see personal data have access.</source>
      <translation>作成するフォルダ。新しいフォルダか空のフォルダを、個人データの閲覧を許された人だけがアクセスできる場所に指定してください。</translation>
    </message>
    <message>
      <source>Folder with lists and layers of the municipality</source>
      <translation>自治体の一覧やレイヤが入ったフォルダ</translation>
    </message>
    <message>
      <source>Folders municipality=… and day=… are made in it. By default a folder of the case for the time of the run. Readings are personal data: outside the case they are to be protected as the case is.</source>
      <translation>この中に municipality=… と day=… のフォルダを作ります。既定では、案件の中に実行時刻のフォルダを作ります。電力データは個人データです。案件の外に置くときは、案件と同じように保護してください。</translation>
    </message>
    <message>
      <source>Follow the outage over time</source>
      <translation>停電の推移を表示</translation>
    </message>
    <message>
      <source>For a drill, 通電情報 is asked for by an individual request with its explanation (individual, explanation): a blanket request gives it in a disaster only.</source>
      <translation>防災訓練で通電情報を求めるときは、個別要請と説明資料（individual、explanation）によります。包括要請で提供されるのは非常災害時だけです。</translation>
    </message>
    <message>
      <source>For how long the fuel of the proposal is: the hours with which it was made.</source>
      <translation>配置案の燃料が何時間分か。配置案を作ったときの時間です。</translation>
    </message>
    <message>
      <source>For how long the trucks are to run. The plan's amounts are for 72 hours.</source>
      <translation>電源車を動かす時間。計画の燃料は72時間分です。</translation>
    </message>
    <message>
      <source>For readings and the contract master: by the day (日次), or whole months (月次), which come after each customer's meter-reading day. Left empty, by the day.</source>
      <translation>電力データとマスタ情報用：日次か月次かを選びます。月次は、対象者の検針日以降に取得できます。空欄なら日次です。</translation>
    </message>
    <message>
      <source>For statistics (uc2, uc2lgwan, uc9): one condition is registered for each class.</source>
      <translation>統計（uc2、uc2lgwan、uc9）で使います。電圧分類ごとに1件ずつ登録します。</translation>
    </message>
    <message>
      <source>For statistics by mesh: codes of 6 digits with commas between them, in place of the area.</source>
      <translation>メッシュ別の統計用：範囲の代わりに、6桁のコードをカンマ区切りで指定します。</translation>
    </message>
    <message>
      <source>For statistics by mesh: extent or layer whose secondary mesh codes are asked for.</source>
      <translation>メッシュ別の統計で使います。この範囲またはレイヤに重なる二次メッシュを求めます。</translation>
    </message>
    <message>
      <source>For statistics by mesh: low voltage 125, 250, 500 or 1000, high voltage 5000, extra high 10000. Left empty, 500, 5000 and 10000.</source>
      <translation>メッシュ別の統計で使います。低圧は125・250・500・1000、高圧は5000、特別高圧は10000です。空欄なら500、5000、10000になります。</translation>
    </message>
    <message>
      <source>For statistics: energised meters (通電計器数), energy used or fed in (順潮流, 逆潮流), number of meters with use or with feed-in (計器数分析). Left empty, those of the use case.</source>
      <translation>統計用：通電計器数、電力量（順潮流・逆潮流）、計器数（計器数分析）から選びます。空欄なら、ユースケースの標準の集計表になります。</translation>
    </message>
    <message>
      <source>For statistics: figures for each day or each month. Left empty, by the day; by the month for uc9.</source>
      <translation>統計用：日単位か月単位か。空欄なら日単位、uc9 は月単位です。</translation>
    </message>
    <message>
      <source>For the background of maps and sheets.</source>
      <translation>地図と帳票の背景に使います。</translation>
    </message>
    <message>
      <source>For the ways to facilities and out of settlements.</source>
      <translation>施設までの経路と、集落から外へ出る経路に使います。</translation>
    </message>
    <message>
      <source>For this use case, {days} days before the event are usual, to compare with.</source>
      <translation>このユースケースでは、比較のため、発生の{days}日前から求めるのが標準です。</translation>
    </message>
    <message>
      <source>For whom</source>
      <translation>渡す相手</translation>
    </message>
    <message>
      <source>For workers that see the share elsewhere, as /srv/cases. Left empty, they see it as this one does.</source>
      <translation>共有フォルダの場所がワーカーでは異なるときに指定します（例：/srv/cases）。空欄なら、このパソコンと同じ場所とみなします。</translation>
    </message>
    <message>
      <source>For {hours} hours. The plan (災害時連携計画): 100,000 L, 500 drums, 20 vehicles in 72 hours.</source>
      <translation>{hours}時間分。災害時連携計画の量：72時間で100,000 L、ドラム缶500本、燃料輸送車両20台。</translation>
    </message>
    <message>
      <source>For 重要施設リスト. A column with 連絡先 or 電話番号 is taken over.</source>
      <translation>重要施設リスト用。「連絡先」または「電話番号」の列があれば引き継ぎます。</translation>
    </message>
    <message>
      <source>Forbid to print and export people</source>
      <translation>個人に関する結果の印刷・持ち出しの禁止</translation>
    </message>
    <message>
      <source>Foreseen for now, 80 % interval, from</source>
      <translation>先に出した現在の見通し・80％区間の下限</translation>
    </message>
    <message>
      <source>Foreseen for now, 80 % interval, to</source>
      <translation>先に出した現在の見通し・80％区間の上限</translation>
    </message>
    <message>
      <source>Foreseen for now, so many hours ago</source>
      <translation>その時間前に出した現在の見通し</translation>
    </message>
    <message>
      <source>Forms</source>
      <translation>形式</translation>
    </message>
    <message>
      <source>Fri</source>
      <translation>金</translation>
    </message>
    <message>
      <source>From</source>
      <translation>開始</translation>
    </message>
    <message>
      <source>From and below which contracted power, in kW: 3-10 are mostly homes.</source>
      <translation>契約電力の範囲（kW、以上-未満）。3-10 の多くは家庭です。</translation>
    </message>
    <message>
      <source>From smart-meter data under Article 34 of the Electricity Business Act, for disaster response only. Delete when the period of use ends.</source>
      <translation>電気事業法第34条に基づき提供されたスマートメーターのデータによる。災害対応に限り利用し、利用期間の終了時に消去すること。</translation>
    </message>
    <message>
      <source>From the field</source>
      <translation>現地の入力</translation>
    </message>
    <message>
      <source>From the field: at</source>
      <translation>現地の入力：日時</translation>
    </message>
    <message>
      <source>From the field: by</source>
      <translation>現地の入力：対応者</translation>
    </message>
    <message>
      <source>From the field: note</source>
      <translation>現地の入力：記録</translation>
    </message>
    <message>
      <source>From {source}</source>
      <translation>元のデータ：{source}</translation>
    </message>
    <message>
      <source>Fuel</source>
      <translation>燃料</translation>
    </message>
    <message>
      <source>Fuel (L/h)</source>
      <translation>燃料（L/時）</translation>
    </message>
    <message>
      <source>Fuel (litres)</source>
      <translation>燃料（L）</translation>
    </message>
    <message>
      <source>Fuel arrived</source>
      <translation>燃料の到着</translation>
    </message>
    <message>
      <source>Fuel asked for</source>
      <translation>燃料の要請</translation>
    </message>
    <message>
      <source>Fuel asked for and arrived</source>
      <translation>燃料の要請・到着</translation>
    </message>
    <message>
      <source>Fuel for {hours} hours (L)</source>
      <translation>{hours}時間分の燃料（L）</translation>
    </message>
    <message>
      <source>Fuel for {hours} hours: {litres} L ({drums} drums, {tankers} vehicles), {share} % of the plan's.</source>
      <translation>{hours} 時間分の燃料：{litres} L（ドラム缶 {drums} 本、輸送車両 {tankers} 台）、計画の {share} %</translation>
    </message>
    <message>
      <source>Full name</source>
      <translation>氏名</translation>
    </message>
    <message>
      <source>GSI tiles</source>
      <translation>地理院タイル</translation>
    </message>
    <message>
      <source>GSI tiles (pale)</source>
      <translation>地理院タイル（淡色地図）</translation>
    </message>
    <message>
      <source>GSI tiles if they can be reached</source>
      <translation>地理院タイル（つながる場合）</translation>
    </message>
    <message>
      <source>Gap rate (0–1)</source>
      <translation>途絶率（0～1）</translation>
    </message>
    <message>
      <source>Gap rate (meters that sent nothing)</source>
      <translation>途絶率（データが届かない計器）</translation>
    </message>
    <message>
      <source>Generator (kVA)</source>
      <translation>発電機 (kVA)</translation>
    </message>
    <message>
      <source>GeoJSON</source>
      <translation>GeoJSON</translation>
    </message>
    <message>
      <source>GeoJSON in place of the 500 m population of the data folder.</source>
      <translation>フォルダ内の500 mメッシュ人口の代わりに使うGeoJSONです。</translation>
    </message>
    <message>
      <source>GeoJSON in place of the shelters of the data folder.</source>
      <translation>フォルダ内の避難所の代わりに使うGeoJSONです。</translation>
    </message>
    <message>
      <source>GeoJSON in place of the small areas of the data folder.</source>
      <translation>フォルダ内の小地域の代わりに使うGeoJSONです。</translation>
    </message>
    <message>
      <source>Geospatial Information Authority of Japan</source>
      <translation>国土地理院</translation>
    </message>
    <message>
      <source>Get Data</source>
      <translation>データ取得</translation>
    </message>
    <message>
      <source>Given to</source>
      <translation>提供先</translation>
    </message>
    <message>
      <source>Granted, not there yet</source>
      <translation>可（未到着）</translation>
    </message>
    <message>
      <source>Grey: no truck. “?” is not known. Litres and drums are for the hours planned.</source>
      <translation>灰色：電源車なし。「?」は不明。燃料とドラム缶は計画した時間分です。</translation>
    </message>
    <message>
      <source>Grey: not known to have power, to be called as if there were none. “*”: hours assumed by the device. Enter the results in the layer (response) as well, so that the next list starts from them.</source>
      <translation>灰色：通電が確認できない人。停電とみて連絡してください。「*」：機器の種類から仮定した時間。結果はレイヤ（対応結果）にも入力してください。次の一覧に引き継がれます。</translation>
    </message>
    <message>
      <source>Grey: presence not known. Own id and name are those of your list; without either the supply point stands there. Enter the results in the layer (response) as well, so that the next list starts from them.</source>
      <translation>灰色：在・不在が不明。IDと氏名は名簿のもので、どちらもないときは供給地点特定番号を載せています。結果はレイヤの「対応」にも入力してください。次の一覧に引き継がれます。</translation>
    </message>
    <message>
      <source>Grey: the planned time has passed.</source>
      <translation>灰色：見込みの日時を過ぎています（要確認）。</translation>
    </message>
    <message>
      <source>Grey: unknown, to be asked. Litres lacking are those to the hours asked for, at the upper bound of use.</source>
      <translation>灰色：不明。確認が必要です。不足する燃料は、指定した時間までを使用量の上限で見込んだ量です。</translation>
    </message>
    <message>
      <source>Grid squares</source>
      <translation>地域メッシュ</translation>
    </message>
    <message>
      <source>Grid squares compared</source>
      <translation>比較したメッシュ数</translation>
    </message>
    <message>
      <source>Grid squares known</source>
      <translation>値がわかるメッシュ</translation>
    </message>
    <message>
      <source>Grid squares not known</source>
      <translation>不明なメッシュ数</translation>
    </message>
    <message>
      <source>Grid squares of this size, where no areas are given. Left empty, the case's areas; squares of 500 m where it has none.</source>
      <translation>区域を指定しない場合のメッシュの大きさです。空欄なら案件の区域を使い、なければ 500 m メッシュを使います。</translation>
    </message>
    <message>
      <source>Grid squares of this size, where no areas are given; not a finer one than in the statistics received. Left empty, the case's areas; where it has none, squares as in the statistics.</source>
      <translation>区域を指定しない場合のメッシュの大きさです。受け取った統計より細かくはできません。空欄なら案件の区域を使い、なければ統計と同じメッシュを使います。</translation>
    </message>
    <message>
      <source>Group</source>
      <translation>グループ</translation>
    </message>
    <message>
      <source>Group neighbouring communities</source>
      <translation>隣接する集落をグループにする</translation>
    </message>
    <message>
      <source>Groups of communities</source>
      <translation>集落のグループ数</translation>
    </message>
    <message>
      <source>Groups that may be isolated</source>
      <translation>孤立のおそれがある集落のまとまり</translation>
    </message>
    <message>
      <source>Groups, the most urgent first</source>
      <translation>集落のまとまり（緊急度順）</translation>
    </message>
    <message>
      <source>Had power, of those that are back</source>
      <translation>復帰した計器のうち通電の割合</translation>
    </message>
    <message>
      <source>Had power, of those that are back (0–1)</source>
      <translation>復帰した計器のうち通電していた割合（0～1）</translation>
    </message>
    <message>
      <source>Half-hour (begin)</source>
      <translation>30分コマ（開始）</translation>
    </message>
    <message>
      <source>Half-hours of</source>
      <translation>30分ごとの表の日</translation>
    </message>
    <message>
      <source>Half-hours of the day and the day before, and of a week before, for the chart in form and map tip. auto: up to 20,000 dwellings; beyond, the layer would grow by a kilobyte for each.</source>
      <translation>属性フォームと地図のヒントに表示するグラフのため、当日・前日とその前週の30分値を書き込みます。「20,000住戸まで付ける」を超えて書き込むと、1戸あたり約1KB増えます。</translation>
    </message>
    <message>
      <source>Hand over results without QGIS</source>
      <translation>QGIS のない相手に結果を渡す</translation>
    </message>
    <message>
      <source>Handle with care</source>
      <translation>取扱注意</translation>
    </message>
    <message>
      <source>Handle with care (personal data)</source>
      <translation>取扱注意（個人データ）</translation>
    </message>
    <message>
      <source>Has left for a shelter</source>
      <translation>避難済</translation>
    </message>
    <message>
      <source>Has power and is nearest to {areas} outage areas with {meters} silent meters, the farthest {far} km away.</source>
      <translation>通電中。応答のない計器 {meters} 件を含む停電区域 {areas} か所の最寄り（最も遠い所まで {far} km）。</translation>
    </message>
    <message>
      <source>Hazard area</source>
      <translation>危険区域</translation>
    </message>
    <message>
      <source>Help</source>
      <translation>ヘルプ</translation>
    </message>
    <message>
      <source>Helps to find candidates where name and address do not match.</source>
      <translation>氏名と住所が一致しないときに、候補を探す手がかりになります。</translation>
    </message>
    <message>
      <source>Hidden outages</source>
      <translation>隠れ停電</translation>
    </message>
    <message>
      <source>Hidden outages (meters)</source>
      <translation>隠れ停電（台）</translation>
    </message>
    <message>
      <source>Hidden outages are not known</source>
      <translation>隠れ停電は不明です</translation>
    </message>
    <message>
      <source>Hidden outages in meters (sure–with undecided)</source>
      <translation>隠れ停電の台数（確定～未確定を含む）</translation>
    </message>
    <message>
      <source>Hidden outages: still silent among neighbours with power</source>
      <translation>隠れ停電：周囲は通電、この計器は応答なし</translation>
    </message>
    <message>
      <source>High (要介護3 or more)</source>
      <translation>高（要介護3以上）</translation>
    </message>
    <message>
      <source>Hokkaido Electric Power Network</source>
      <translation>北海道電力ネットワーク</translation>
    </message>
    <message>
      <source>Hokuriku Electric Power Transmission &amp; Distribution</source>
      <translation>北陸電力送配電</translation>
    </message>
    <message>
      <source>Hold the utility's outage areas against the meters</source>
      <translation>電力会社の停電範囲を計器と突き合わせ</translation>
    </message>
    <message>
      <source>Holds a value that cannot be understood</source>
      <translation>読み取れない値がある</translation>
    </message>
    <message>
      <source>Holds until</source>
      <translation>有効期限</translation>
    </message>
    <message>
      <source>Hospitals, waterworks, base stations, shelters, offices: as for “Show which shelters have power”.</source>
      <translation>病院、水道施設、基地局、避難所、庁舎など。「避難所などの通電状況を表示（UC①）」と同じです。</translation>
    </message>
    <message>
      <source>Hour</source>
      <translation>時刻</translation>
    </message>
    <message>
      <source>Hours after the event at which all relays that failed are mended; the readings that the meters kept then come late, and past maps can be audited. Left empty, such readings never come.</source>
      <translation>発災から、故障した中継局がすべて復旧するまでの時間。計器が保持していたデータが後から届き、過去の地図を検証できます。空欄の場合、このデータは届きません。</translation>
    </message>
    <message>
      <source>Hours ahead</source>
      <translation>何時間先</translation>
    </message>
    <message>
      <source>Hours assumed by the kind of device</source>
      <translation>機器の種類から仮定した時間</translation>
    </message>
    <message>
      <source>Hours before</source>
      <translation>何時間前</translation>
    </message>
    <message>
      <source>Hours beside powered neighbours</source>
      <translation>隣接が通電していた時間</translation>
    </message>
    <message>
      <source>Hours dark</source>
      <translation>停電継続時間（時間）</translation>
    </message>
    <message>
      <source>Hours from the end of the data, separated by commas: 6,12,24,48,72. Up to 240 each.</source>
      <translation>データの終わりからの時間数をカンマ区切りで指定します（例：6,12,24,48,72）。それぞれ240時間まで。</translation>
    </message>
    <message>
      <source>Hours from the loss of power for which the fuel is to last: what is lacking is told in litres.</source>
      <translation>停電した時刻から何時間燃料をもたせるか。不足分をリットルで示します。</translation>
    </message>
    <message>
      <source>Hours in which wires broke</source>
      <translation>断線が起きた時間</translation>
    </message>
    <message>
      <source>Hours late</source>
      <translation>数時間遅れ</translation>
    </message>
    <message>
      <source>Hours left of critical facilities</source>
      <translation>重要施設の残り時間</translation>
    </message>
    <message>
      <source>Hours left, at least</source>
      <translation>残り時間（最短、時間）</translation>
    </message>
    <message>
      <source>Hours left, at most</source>
      <translation>残り時間（最長、時間）</translation>
    </message>
    <message>
      <source>Hours left, facilities</source>
      <translation>施設の残り時間</translation>
    </message>
    <message>
      <source>Hours of supply</source>
      <translation>供給する時間</translation>
    </message>
    <message>
      <source>Hours of the battery, as told</source>
      <translation>名簿のバッテリー時間</translation>
    </message>
    <message>
      <source>Hours to reach</source>
      <translation>何時間もたせるか</translation>
    </message>
    <message>
      <source>Hours until an aftershock</source>
      <translation>余震までの時間</translation>
    </message>
    <message>
      <source>Hours until relays are mended</source>
      <translation>中継局が復旧するまでの時間</translation>
    </message>
    <message>
      <source>Households</source>
      <translation>戸数</translation>
    </message>
    <message>
      <source>Households in the plan</source>
      <translation>見通しの戸数</translation>
    </message>
    <message>
      <source>How data are published</source>
      <translation>データの公開のしかた</translation>
    </message>
    <message>
      <source>How far life and business have come back. Asks for the energy used and fed in by mesh, periodically, once for each voltage class and direction. Ask from a year before, to compare the same months.</source>
      <translation>復旧・復興の進み具合を調べます。メッシュ別の順潮流・逆潮流電力量を、電圧分類と種類ごとに定期で求めます。前年同月と比べるため、1年前から求めてください。</translation>
    </message>
    <message>
      <source>How far the data reach</source>
      <translation>データの最終時刻</translation>
    </message>
    <message>
      <source>How far to look back. Ask for no more than is needed.</source>
      <translation>さかのぼる月数。必要な範囲にとどめてください。</translation>
    </message>
    <message>
      <source>How far to show the time after the event, as far as the readings go. It stands beside the verdict, which rests on the days before the event alone.</source>
      <translation>発災後をどこまで示すかです（データのある範囲）。判定は発災前の日だけで行い、発災後は参考として並べます。</translation>
    </message>
    <message>
      <source>How it went: ok, partial, offline, refused</source>
      <translation>結果（ok 成功、partial 一部失敗、offline 接続できず、refused 拒否）</translation>
    </message>
    <message>
      <source>How long after the event's time service wires may have broken: 1 for an earthquake, 12 to 24 for a typhoon that passes over hours.</source>
      <translation>発災時刻から何時間の間に引込線が切れた可能性があるか。地震なら1、何時間もかけて通過する台風なら12～24。</translation>
    </message>
    <message>
      <source>How long critical facilities last on their own power</source>
      <translation>重要施設の非常用電源の残り時間</translation>
    </message>
    <message>
      <source>How long to wait for publication. What is not published by then is counted; run again to fetch it.</source>
      <translation>公開を待つ時間です。それまでに公開されなかった条件は件数に数えます。もう一度実行すると取得できます。</translation>
    </message>
    <message>
      <source>How long to wait for the result: the aggregator matches every 30 minutes between 2:00 and 24:00. Run again without a list to fetch what was not done by then.</source>
      <translation>結果を待つ長さ。電力データ集約システムの自動照合は2:00～24:00の間、30分に1回です。間に合わなければ、リストを空欄にしてもう一度実行すると取得できます。</translation>
    </message>
    <message>
      <source>How many days before the event are peacetime (a number), or the dates themselves (2026-01-12/2026-01-18, or separated by commas). Meters that do not answer in peacetime are not counted as outage. 0 means none: then what is ordinary elsewhere stands in (0.5 % of meters silent for 12 hours, 0.1 to 3 % by area).</source>
      <translation>発生前の何日間を平常時とするか（日数）、または日付（2026-01-12/2026-01-18、またはカンマ区切り）。平常時から応答しない計器は停電に数えません。0は「なし」で、一般的な値（12時間応答のない計器0.5％、地域により0.1～3％）を用います。</translation>
    </message>
    <message>
      <source>How many of the newest months to show.</source>
      <translation>新しい月から何か月分を示すか。</translation>
    </message>
    <message>
      <source>How the data are got from the aggregator: LG-WAN, API, or both.</source>
      <translation>電力データ集約システムからの取得方法：LG-WAN、API、または両方。</translation>
    </message>
    <message>
      <source>ISUT-SITE</source>
      <translation>ISUT-SITE のみ</translation>
    </message>
    <message>
      <source>Id of a registration that the case does not know, with commas between several.</source>
      <translation>案件が知らない登録のID。複数ならコンマで区切ります。</translation>
    </message>
    <message>
      <source>Id of the import, as the status of the case lists it. Left empty, the last one.</source>
      <translation>案件の状況に表示される取り込みの ID です。空欄の場合は最後の取り込みです。</translation>
    </message>
    <message>
      <source>Id of the list</source>
      <translation>リストのID</translation>
    </message>
    <message>
      <source>Id of the package</source>
      <translation>パッケージのID</translation>
    </message>
    <message>
      <source>Id of the row</source>
      <translation>行のID</translation>
    </message>
    <message>
      <source>Id or whole name of the facility as in the list of facilities; several separated by commas.</source>
      <translation>施設一覧にある ID、または名称の全体。複数はカンマで区切ります。</translation>
    </message>
    <message>
      <source>Ids of the order or of requests that no list of the case knows</source>
      <translation>優先順位のリスト・要請の番号のうち、案件の一覧にないもの</translation>
    </message>
    <message>
      <source>Ids with commas between them. Left empty, all conditions of the account for the case's municipality.</source>
      <translation>条件IDをカンマで区切って指定します。空欄なら、アカウントのデータ提供条件のうち案件の自治体のものすべて。</translation>
    </message>
    <message>
      <source>Ids with commas between them. Left empty, all conditions of the account.</source>
      <translation>条件IDをカンマで区切って入力します。空欄なら、アカウントのすべての条件です。</translation>
    </message>
    <message>
      <source>Ids with commas between them. Left empty, all that are registered.</source>
      <translation>条件IDをカンマで区切って入力します。空欄なら、登録されているすべての条件です。</translation>
    </message>
    <message>
      <source>Ids with commas between them. What was downloaded stays in the case.</source>
      <translation>条件IDをカンマで区切って入力します。ダウンロード済みのデータは案件に残ります。</translation>
    </message>
    <message>
      <source>Import</source>
      <translation>取り込み</translation>
    </message>
    <message>
      <source>Import B-route logs</source>
      <translation>Bルートのログを取り込む</translation>
    </message>
    <message>
      <source>Import files</source>
      <translation>ファイルを取り込む</translation>
    </message>
    <message>
      <source>Import readings from Parquet</source>
      <translation>電力データを Parquet から取り込む</translation>
    </message>
    <message>
      <source>Import taken back</source>
      <translation>取り消した取り込み</translation>
    </message>
    <message>
      <source>Import {count} published file(s) into the case “{case}”?</source>
      <translation>公開ファイル {count} 件を案件「{case}」に取り込みますか？</translation>
    </message>
    <message>
      <source>Imports, the last one below (undoimport takes one back)</source>
      <translation>取り込み（新しいものが下、undoimport で取り消せます）</translation>
    </message>
    <message>
      <source>In a terminal: flatpak run --command=pip3 org.qgis.qgis install --user {wanted}</source>
      <translation>端末で次を実行します：flatpak run --command=pip3 org.qgis.qgis install --user {wanted}</translation>
    </message>
    <message>
      <source>In a terminal: sudo apt install {names} (on Ubuntu from the component “universe”).</source>
      <translation>端末で次を実行します：sudo apt install {names}（Ubuntu では「universe」を有効にしておきます）。</translation>
    </message>
    <message>
      <source>In all</source>
      <translation>計</translation>
    </message>
    <message>
      <source>In none of the areas of these pages (beside a coast or border), so counted on none of them: {count} in all.</source>
      <translation>どのページの区域にも入らず（海岸・境界の付近など）、どのページにも数えていないもの：全体で{count}。</translation>
    </message>
    <message>
      <source>In part</source>
      <translation>一部停電</translation>
    </message>
    <message>
      <source>In practice mode only this computer is spoken to, and “Cluster” in the options names {address}. Empty it, or leave practice mode.</source>
      <translation>訓練モードではこのパソコンだけと通信しますが、設定の「クラスター」に {address} が指定されています。空にするか、訓練モードを解除してください。</translation>
    </message>
    <message>
      <source>In practice mode only this computer may be the address. Leave practice mode to use another.</source>
      <translation>訓練モードでは、接続先はこのパソコンに限ります。ほかの接続先を使うには訓練モードを解除してください。</translation>
    </message>
    <message>
      <source>In the OSGeo4W Setup: Advanced Install, select {names}. Or in the OSGeo4W Shell of this QGIS: python -m pip install --user {wanted}</source>
      <translation>OSGeo4W のインストーラー（Setup）の Advanced Install で {names} を選んで入れます。または、この QGIS の OSGeo4W Shell で次を実行します：python -m pip install --user {wanted}</translation>
    </message>
    <message>
      <source>In the Terminal: {python} -m pip install --user {wanted}</source>
      <translation>ターミナルで次を実行します：{python} -m pip install --user {wanted}</translation>
    </message>
    <message>
      <source>In the case, not registered</source>
      <translation>案件にあり未登録のもの</translation>
    </message>
    <message>
      <source>In the first 24 hours the trucks burn {litres} L; the {vehicles} vehicles that the plan has on the way within 24 hours bring about {brought} L.</source>
      <translation>最初の24時間に電源車が使う燃料は {litres} L です。計画で24時間以内に手配する燃料輸送車両 {vehicles} 台が運べるのは約 {brought} L です。</translation>
    </message>
    <message>
      <source>In the list now</source>
      <translation>いまの一覧</translation>
    </message>
    <message>
      <source>In the list now: at</source>
      <translation>いまの一覧：日時</translation>
    </message>
    <message>
      <source>In the list now: by</source>
      <translation>いまの一覧：対応者</translation>
    </message>
    <message>
      <source>In the order of calls: the battery may have ended, may end within six hours, unknown, lasts longer. Whoever is not known to have power is to be called as if there were none. Points are service poles.</source>
      <translation>連絡の順：電池が尽きたおそれ、6時間以内に尽きるおそれ、不明、それより長くもつ。通電が確認できない人には、停電とみて連絡してください。点は引込柱の位置です。</translation>
    </message>
    <message>
      <source>In the order of hazard area, presence and need of care. Presence is estimated from use of electricity; “away” means no sign of use, and nobody's whereabouts are confirmed. Points are service poles.</source>
      <translation>危険区域、在・不在、介護の必要度の順です。在・不在は電力使用からの推定で、「不在」は使用のしるしがないことを表し、所在を確認したものではありません。点は引込柱の位置です。</translation>
    </message>
    <message>
      <source>In the outage list of {time}</source>
      <translation>{time} の通電情報に不通として掲載</translation>
    </message>
    <message>
      <source>In the outage list of {time}, but silent since before the event of {event} already</source>
      <translation>{time}の通電情報に記載。ただし{event}の発生より前から応答なし</translation>
    </message>
    <message>
      <source>In the plan, time not known</source>
      <translation>見通しにあるが日時が不明</translation>
    </message>
    <message>
      <source>In {count} area(s) more meters are dark than a day ago. The outlook does not foresee new outages: there it may be too low.</source>
      <translation>{count}区域で前日より停電が増えています。見通しは新たな停電を見込まないため、実際より少なく出ることがあります。</translation>
    </message>
    <message>
      <source>In {count} area(s) more meters were dark after a further event: their outlook begins anew with it, and leans on earlier events.</source>
      <translation>{count}区域では、その後の災害で停電している計器が増えました。これらの区域の見通しは、その災害を起点にやり直し、過去の災害の減り方で補います。</translation>
    </message>
    <message>
      <source>In {count} cells or areas readings tell what the 12 hours hide; the layer is personal.</source>
      <translation>{count}のメッシュまたは区域では、統計に現れない12時間分を電力データで補いました。このレイヤは個人データに当たります。</translation>
    </message>
    <message>
      <source>In {count} cells or areas the total of 通電計器数 and that of 計器数分析 differ by more than {share}; they are marked (totals_differ). Check that both are of the same area and date.</source>
      <translation>{count}のメッシュまたは区域で、通電計器数のエリア内計器数と計器数分析が{share}を超えて異なります（totals_differ に印）。同じ区域・時点のものか確かめてください。</translation>
    </message>
    <message>
      <source>Individual request</source>
      <translation>個別要請</translation>
    </message>
    <message>
      <source>Individual request: drills and everything else</source>
      <translation>個別要請：訓練など、その他の場合</translation>
    </message>
    <message>
      <source>Inside the hazard area</source>
      <translation>危険区域内</translation>
    </message>
    <message>
      <source>Install {names} with the package manager of the system, or in a terminal: {python} -m pip install --user {wanted}</source>
      <translation>システムのパッケージ管理で {names} を入れるか、端末で次を実行します：{python} -m pip install --user {wanted}</translation>
    </message>
    <message>
      <source>Interface profile</source>
      <translation>接続プロファイル</translation>
    </message>
    <message>
      <source>Interface profiles (*.json)</source>
      <translation>接続プロファイル (*.json)</translation>
    </message>
    <message>
      <source>Intervals by the list of backup power and the building's own use; what is assumed stands in the list. A facility without a clock is not out of danger: ask it.</source>
      <translation>時刻の幅は、非常用電源の一覧と施設自身の使用量によります。仮定は一覧に記載しています。残り時間のない施設が安全という意味ではありません。確認してください。</translation>
    </message>
    <message>
      <source>Isolated communities (suspected)</source>
      <translation>孤立集落（疑い）</translation>
    </message>
    <message>
      <source>Isolated community</source>
      <translation>孤立集落</translation>
    </message>
    <message>
      <source>It cannot be opened as a layer.</source>
      <translation>レイヤとして開けません。</translation>
    </message>
    <message>
      <source>It cannot have been said for {at} (AT): it is {now}. Correct AT, or leave it empty.</source>
      <translation>{at}（AT）の時点の話はまだ聞けないはずです（現在は{now}）。ATを直すか、空欄にしてください。</translation>
    </message>
    <message>
      <source>It could be several things: choose what it is.</source>
      <translation>複数の種類が考えられます。どれかを選んでください。</translation>
    </message>
    <message>
      <source>It does not stand there yet. Looking once more …</source>
      <translation>まだ一覧にありません。もう一度確かめています…</translation>
    </message>
    <message>
      <source>It ended without a result; see the log.</source>
      <translation>結果がないまま終わりました。ログをご覧ください。</translation>
    </message>
    <message>
      <source>It goes into the result, so that you find the person again.</source>
      <translation>結果に書き込まれ、本人を特定するために使います。</translation>
    </message>
    <message>
      <source>It has no rows that could be read.</source>
      <translation>読み取れる行がありません。</translation>
    </message>
    <message>
      <source>It holds points, lines and polygons together: save each as a layer of its own first.</source>
      <translation>点・線・面が混在しています。先に、それぞれを別のレイヤとして保存してください。</translation>
    </message>
    <message>
      <source>It is a result of Tomoshibi, not an input.</source>
      <translation>Tomoshibi の結果であり、入力ではありません。</translation>
    </message>
    <message>
      <source>It is not known how much power is needed.</source>
      <translation>必要な容量が分かりません。</translation>
    </message>
    <message>
      <source>It is not known how the layer {layer} was made. Make it once more; from then on it is refreshed.</source>
      <translation>レイヤ {layer} がどう作られたか分かりません。もう一度作ってください。その後は更新の対象になります。</translation>
    </message>
    <message>
      <source>It is not known whether settlements are isolated</source>
      <translation>集落の孤立は不明です</translation>
    </message>
    <message>
      <source>It is not known whether the condition was registered: {reason} The list could not be read either: {again} Look at the list of conditions before you register again.</source>
      <translation>条件が登録されたかどうかわかりません。{reason} 一覧も読めませんでした。{again} 登録し直す前に、条件の一覧を確かめてください。</translation>
    </message>
    <message>
      <source>It is not known whether the condition was registered: {reason} The list holds {count} new ones. Look at the list of conditions before you register again.</source>
      <translation>条件が登録されたかどうかわかりません。{reason} 一覧に新しい条件が {count} 件あります。登録し直す前に、条件の一覧を確かめてください。</translation>
    </message>
    <message>
      <source>It is not known whether the contracts were registered: {reason} Look at the list of contractors before you register again.</source>
      <translation>契約が登録されたかどうか分かりません：{reason} もう一度登録する前に、特定契約者の一覧を確かめてください。</translation>
    </message>
    <message>
      <source>It is not known whether the meter can be read remotely</source>
      <translation>自動検針できる計器かどうか不明</translation>
    </message>
    <message>
      <source>It is not known whether the outage list of {time} covers the meter</source>
      <translation>{time} の通電情報の対象かどうか不明</translation>
    </message>
    <message>
      <source>It is not known whether {count} facilities have power: no truck is planned for them. Ask them.</source>
      <translation>{count} 施設は通電しているか不明のため、電源車を割り当てていません。施設に確かめてください。</translation>
    </message>
    <message>
      <source>It needs facilities in the case, and マスタ情報 with names.</source>
      <translation>案件に保存した施設と、名称のあるマスタ情報が必要です。</translation>
    </message>
    <message>
      <source>It was</source>
      <translation>停電（実際）</translation>
    </message>
    <message>
      <source>It would no longer hold ({until}) when it was said ({at}). Change UNTIL or AT.</source>
      <translation>確認の時点（{at}）に、有効期限（{until}）が過ぎています。UNTIL か AT を直してください。</translation>
    </message>
    <message>
      <source>Item</source>
      <translation>項目</translation>
    </message>
    <message>
      <source>Items of the condition cannot be understood: {items}. Compare the profile with the documents.</source>
      <translation>データ提供条件の項目を解釈できません：{items}。接続プロファイルを設計書と照合してください。</translation>
    </message>
    <message>
      <source>Items of the contract master</source>
      <translation>マスタ情報の項目</translation>
    </message>
    <message>
      <source>Items of マスタ情報</source>
      <translation>マスタ情報の項目</translation>
    </message>
    <message>
      <source>Items of マスタ情報 to ask for. Left empty, those that the use case needs; ask for no more than that.</source>
      <translation>求めるマスタ情報の項目です。空欄なら、ユースケースに必要な項目になります。必要以上に求めないでください。</translation>
    </message>
    <message>
      <source>Items that are missing</source>
      <translation>足りない項目</translation>
    </message>
    <message>
      <source>Items that are old</source>
      <translation>古い項目</translation>
    </message>
    <message>
      <source>Items that are ready</source>
      <translation>準備済みの項目</translation>
    </message>
    <message>
      <source>Items to be looked at</source>
      <translation>要確認の項目</translation>
    </message>
    <message>
      <source>Japanese time for which it was said. Left empty, now.</source>
      <translation>聞いた内容の時点（日本時間）。空欄なら現在。</translation>
    </message>
    <message>
      <source>Japanese time from which it no longer holds, as the end of the fuel. Left empty, until something later is told or measured.</source>
      <translation>効力がなくなる時刻（日本時間。燃料が尽きる時刻など）。空欄なら、より新しい確認または計測があるまで。</translation>
    </message>
    <message>
      <source>Japanese time of the figures to compare with. Left empty, 24 hours earlier.</source>
      <translation>比べる数値の日時（日本時間）。空欄なら24時間前です。</translation>
    </message>
    <message>
      <source>Japanese time of the moment to look at. Left empty, the newest data are used.</source>
      <translation>見たい時点の日本時間です。空欄なら最新のデータを使います。</translation>
    </message>
    <message>
      <source>Japanese time of the moment to look at; the last complete half-hour before it is judged. Left empty, the moment of the event, or the newest readings where they end before it.</source>
      <translation>判定する時刻（日本時間）。その直前の完結した30分を判定します。空欄なら発災時刻、電力データが発災前までしかない場合は最新の30分です。</translation>
    </message>
    <message>
      <source>Japanese time of the moment to look at; the last half-hour received before it is judged. Left empty, the moment of the event, or the newest readings where they end before it.</source>
      <translation>判定する日本時間。その直前に受信した30分を判定します。空欄なら発災時刻、電力データがそれより前で終わっていれば最新の電力データです。</translation>
    </message>
    <message>
      <source>Japanese time. Left empty, the scenario's own; the days before and after move with it.</source>
      <translation>日本時間で入力します。空欄ならシナリオの既定の時刻です。前後の日もあわせて移動します。</translation>
    </message>
    <message>
      <source>Japanese time. What was normal is taken from before it.</source>
      <translation>日本時間で入力します。平常時の状態は、この時刻より前のデータから求めます。</translation>
    </message>
    <message>
      <source>KML</source>
      <translation>KML</translation>
    </message>
    <message>
      <source>Kansai Transmission and Distribution</source>
      <translation>関西電力送配電</translation>
    </message>
    <message>
      <source>Keep</source>
      <translation>残す</translation>
    </message>
    <message>
      <source>Keep it in the case with “Change case” (editcase).</source>
      <translation>「案件を変更」（editcase）で案件に保存してください。</translation>
    </message>
    <message>
      <source>Keep statistics</source>
      <translation>統計データを残す</translation>
    </message>
    <message>
      <source>Keep {count} in the case</source>
      <translation>{count}件を案件に保存</translation>
    </message>
    <message>
      <source>Keep 統計データ as received, and what was made from it alone. 加工データ of personal data go all the same: aggregates, forecasts, audits.</source>
      <translation>受領した統計データと、それだけから作ったものを残します。個人データの加工データ（集計、予測、検証など）は残しません。</translation>
    </message>
    <message>
      <source>Kept in the case</source>
      <translation>案件に保存しているもの</translation>
    </message>
    <message>
      <source>Kept in the case: {kinds}.</source>
      <translation>案件に保存しました：{kinds}</translation>
    </message>
    <message>
      <source>Kept on</source>
      <translation>保存日</translation>
    </message>
    <message>
      <source>Kind</source>
      <translation>種類</translation>
    </message>
    <message>
      <source>Kind of area</source>
      <translation>エリア指定</translation>
    </message>
    <message>
      <source>Kind of device</source>
      <translation>機器の種類</translation>
    </message>
    <message>
      <source>Kind of event</source>
      <translation>災害の種類</translation>
    </message>
    <message>
      <source>Kind of facility</source>
      <translation>施設の種別</translation>
    </message>
    <message>
      <source>Kind of need</source>
      <translation>必要先の種別</translation>
    </message>
    <message>
      <source>Kind of request</source>
      <translation>要請の種類</translation>
    </message>
    <message>
      <source>Kinds of data</source>
      <translation>データ種類</translation>
    </message>
    <message>
      <source>Kinds of facility to show, separated by commas. Left empty, all.</source>
      <translation>表示する施設の種別（コンマ区切り）。空欄ならすべて。</translation>
    </message>
    <message>
      <source>Kyushu Electric Power Transmission and Distribution</source>
      <translation>九州電力送配電</translation>
    </message>
    <message>
      <source>LG-WAN (screens)</source>
      <translation>LG-WAN（画面）</translation>
    </message>
    <message>
      <source>LONG ABSENCE: {days} days without anybody. Reconsider the visit.</source>
      <translation>長期不在の可能性：{days} 日間在宅なし。訪問計画の見直しを検討してください。</translation>
    </message>
    <message>
      <source>Labels and symbols are 1.6 times as large, to be read by a room. The map sheets do not change.</source>
      <translation>文字と記号を1.6倍にして、部屋のどこからでも読めるようにします。地図帳票は変わりません。</translation>
    </message>
    <message>
      <source>Landslides and damage</source>
      <translation>土砂崩れ・被害箇所</translation>
    </message>
    <message>
      <source>Landslides, floods, damaged road sections: points, lines or polygons.</source>
      <translation>土砂崩れ・浸水・道路被害箇所（点・線・面）。</translation>
    </message>
    <message>
      <source>Large enough: {kva} kVA for {wanted} kVA.</source>
      <translation>容量は足ります（必要 {wanted} kVA に対し {kva} kVA）。</translation>
    </message>
    <message>
      <source>Large type for a wall screen</source>
      <translation>大きな文字（壁面の画面用）</translation>
    </message>
    <message>
      <source>Last day</source>
      <translation>最後の日</translation>
    </message>
    <message>
      <source>Last day of use, also a prolonged one. Left empty, it stays.</source>
      <translation>利用期間の最終日（延長後の日も可）。空欄なら変わりません。</translation>
    </message>
    <message>
      <source>Last day of use: then the data and all that was made of them are deleted.</source>
      <translation>データを利用できる最後の日です。この日を過ぎたら、データと加工したものをすべて削除します。</translation>
    </message>
    <message>
      <source>Last day wanted, itself included. Left empty, today; for uc1 the moment given in From.</source>
      <translation>求める最後の日（その日を含みます）。空欄なら今日、uc1 は「開始」の時刻になります。</translation>
    </message>
    <message>
      <source>Last day, which goes along. Left empty, the last that there is.</source>
      <translation>最後の日（この日を含みます）。空欄なら、データのある最後の日です。</translation>
    </message>
    <message>
      <source>Last moment of the maps that are judged, Japanese time. Left empty, the end of the data.</source>
      <translation>検証する地図の最後の時点（日本時間）。空欄の場合はデータの終わり。</translation>
    </message>
    <message>
      <source>Last proven</source>
      <translation>通電等の最終確認時刻</translation>
    </message>
    <message>
      <source>Last scored on {date}.</source>
      <translation>最後の採点は {date}。</translation>
    </message>
    <message>
      <source>Last state</source>
      <translation>最後に確認した状態</translation>
    </message>
    <message>
      <source>Last success {success} · next {next}</source>
      <translation>最終更新 {success}・次回 {next}</translation>
    </message>
    <message>
      <source>Last tried with success on {date}.</source>
      <translation>最後に接続できたのは {date}。</translation>
    </message>
    <message>
      <source>Last week</source>
      <translation>前週</translation>
    </message>
    <message>
      <source>Later than a week</source>
      <translation>1週間より後</translation>
    </message>
    <message>
      <source>Lay the utility's map under the layers</source>
      <translation>電力会社の地図をレイヤの下に敷く</translation>
    </message>
    <message>
      <source>Layer</source>
      <translation>レイヤ</translation>
    </message>
    <message>
      <source>Layer of the squares with their codes, in JGD2011 (EPSG:6668).</source>
      <translation>コード付きのメッシュのレイヤです（JGD2011、EPSG:6668）。</translation>
    </message>
    <message>
      <source>Layer, CSV or XLSX with truck_id, kva, state, lat, lon and, if known, litres_per_hour. Only trucks on standby (standby, 待機中) are sent; one at work (発電中) within 300 m of a need serves it, and its fuel counts.</source>
      <translation>truck_id、kva、state、lat、lonと、分かればlitres_per_hourの列があるレイヤ、CSVまたはXLSX。送るのは待機中（standby）の車だけです。電源の必要な場所から300 m以内で発電中の車はそこを受け持つものとし、燃料も数えます。</translation>
    </message>
    <message>
      <source>Layers</source>
      <translation>レイヤ</translation>
    </message>
    <message>
      <source>Layers (*.gpkg *.geojson *.shp *.kml);;All files (*)</source>
      <translation>レイヤ (*.gpkg *.geojson *.shp *.kml);;すべてのファイル (*)</translation>
    </message>
    <message>
      <source>Layers closed in QGIS</source>
      <translation>QGIS で閉じたレイヤの数</translation>
    </message>
    <message>
      <source>Layers have edits that are not saved: {layers}. Save or drop them first.</source>
      <translation>保存していない編集のあるレイヤがあります：{layers}。先に保存するか破棄してください。</translation>
    </message>
    <message>
      <source>Layers made again</source>
      <translation>作り直したレイヤ数</translation>
    </message>
    <message>
      <source>Layers older than the data</source>
      <translation>データより古いレイヤ</translation>
    </message>
    <message>
      <source>Layers to make again</source>
      <translation>作り直すレイヤ</translation>
    </message>
    <message>
      <source>Left empty, a file in “reports” of the case, in a folder for its time. It holds personal data.</source>
      <translation>空欄の場合は、案件の「reports」の時刻のフォルダに入ります。個人データを含みます。</translation>
    </message>
    <message>
      <source>Left empty, all lists.</source>
      <translation>空欄ならすべてのリスト。</translation>
    </message>
    <message>
      <source>Left empty, it is recognised by the headings.</source>
      <translation>空欄なら見出しから判断します。</translation>
    </message>
    <message>
      <source>Left empty, it is recognised by the headings. Several names in one cell are several batches.</source>
      <translation>空欄なら見出しから判断します。1つのセルに複数の名前があれば、それぞれの分担に載せます。</translation>
    </message>
    <message>
      <source>Left empty, the folder “contractors” of the case. The files hold personal data.</source>
      <translation>空欄なら案件の contractors フォルダ。ファイルは個人情報を含みます。</translation>
    </message>
    <message>
      <source>Left empty, the links that the case keeps, and those of its registered contractors.</source>
      <translation>空欄なら、案件に保存した対応表と、登録済みの特定契約者の対応表を使います。</translation>
    </message>
    <message>
      <source>Left empty, the public ones, masked as whatever leaves. Results about people are published only where they are chosen here, and only the role for them opens them.</source>
      <translation>空欄なら公開してよい結果を、外部に渡すときと同じ秘匿をして公開します。個人に関する結果は、ここで選んだときだけ公開し、専用の役割を持つ人だけが開けます。</translation>
    </message>
    <message>
      <source>Left empty, those whose headings name telephones, contacts, supporters or addresses.</source>
      <translation>空欄なら、見出しが電話・連絡先・支援者・住所を示す列。</translation>
    </message>
    <message>
      <source>Left in the tank of its generator</source>
      <translation>発電機の燃料残量</translation>
    </message>
    <message>
      <source>Left out: {what}</source>
      <translation>省いたもの：{what}</translation>
    </message>
    <message>
      <source>Legend</source>
      <translation>凡例</translation>
    </message>
    <message>
      <source>Length of a step. A meter counts as received when at least one reading of the step arrived; short steps show sooner, long steps forgive single lost readings.</source>
      <translation>1ステップの長さ。ステップ内に1件でも届いた計器を「取得」と数えます。短いほど早く分かり、長いほど一時的な途絶に左右されません。</translation>
    </message>
    <message>
      <source>Length of a step. A meter is silent in a step when none of its readings arrived.</source>
      <translation>時間帯の長さ。その間に電力データが1件も届かなかった計器を応答なしとします。</translation>
    </message>
    <message>
      <source>Length of the steps by which the course so far is counted.</source>
      <translation>これまでの推移を数える時間の区切りです。</translation>
    </message>
    <message>
      <source>Less dark than said, other causes</source>
      <translation>表示より少ない（その他）</translation>
    </message>
    <message>
      <source>Less dark than said: a radio relay had failed</source>
      <translation>表示より少ない（中継局の故障）</translation>
    </message>
    <message>
      <source>Less dark than the map said</source>
      <translation>表示より停電が少ない</translation>
    </message>
    <message>
      <source>Less use is no proof of an empty or damaged home: weather, saving and ended contracts lower it too. Areas without figures (masked or missing) are unknown, not 0 %.</source>
      <translation>使用量の減少は、空き家や被害の証拠ではありません。天候、節電、契約の廃止でも減ります。数値のない区域（秘匿・途絶）は「不明」で、0 %ではありません。</translation>
    </message>
    <message>
      <source>Like an ordinary day</source>
      <translation>平常並み</translation>
    </message>
    <message>
      <source>Line {line} of the ledger stands elsewhere than where it was written.</source>
      <translation>台帳の {line} 行目は、書かれたときと違う場所にあります。</translation>
    </message>
    <message>
      <source>Line {line} of the ledger was not written by this version.</source>
      <translation>台帳の {line} 行目は、この版が書いたものではありません。</translation>
    </message>
    <message>
      <source>Line {line} of the ledger {file} cannot be read. Mend or remove the line.</source>
      <translation>台帳 {file} の {line} 行目を読めません。その行を直すか削除してください。</translation>
    </message>
    <message>
      <source>Line {line} of the list cannot be read as CSV. Look for a quotation mark that is not closed.</source>
      <translation>リストの {line} 行目が CSV として読めません。閉じていない引用符がないか確認してください。</translation>
    </message>
    <message>
      <source>Line {line} of {file} cannot be read. Mend or remove the line.</source>
      <translation>{file} の {line} 行目を読めません。その行を直すか、削除してください。</translation>
    </message>
    <message>
      <source>Line {line} of {file} cannot be read; its file is fetched again.</source>
      <translation>{file} の {line} 行目を読めません。その行のファイルは受信し直します。</translation>
    </message>
    <message>
      <source>Lines of the ledger</source>
      <translation>台帳の行数</translation>
    </message>
    <message>
      <source>Lines were put into the ledger before line {line} later.</source>
      <translation>台帳の {line} 行目より前に、あとから行が挿入されています。</translation>
    </message>
    <message>
      <source>Links from facilities to supply points</source>
      <translation>施設と供給地点の対応</translation>
    </message>
    <message>
      <source>List</source>
      <translation>リスト</translation>
    </message>
    <message>
      <source>List contractors</source>
      <translation>特定契約者の一覧</translation>
    </message>
    <message>
      <source>List data conditions</source>
      <translation>データ提供条件の一覧</translation>
    </message>
    <message>
      <source>List of applicants</source>
      <translation>申請者リスト</translation>
    </message>
    <message>
      <source>List of people on powered devices</source>
      <translation>在宅医療機器の名簿</translation>
    </message>
    <message>
      <source>List of people to visit</source>
      <translation>見守り対象者リスト</translation>
    </message>
    <message>
      <source>List of people who need support</source>
      <translation>避難行動要支援者名簿</translation>
    </message>
    <message>
      <source>List of the health office or of a vendor: device, battery_hours, vendor, district beside who it is.</source>
      <translation>保健所または業者の名簿です。本人を特定する列のほか、機器、バッテリーの時間、業者、地区の列を読みます。</translation>
    </message>
    <message>
      <source>List people on powered devices at home</source>
      <translation>在宅医療機器の使用者を一覧</translation>
    </message>
    <message>
      <source>List presence for every half-hour</source>
      <translation>在・不在を30分ごとに一覧</translation>
    </message>
    <message>
      <source>List what support is asked for</source>
      <translation>支援の要請の一覧</translation>
    </message>
    <message>
      <source>List whom to help evacuate first (UC4)</source>
      <translation>避難支援の優先順の一覧（UC④）</translation>
    </message>
    <message>
      <source>List “{list}”: in {count} row(s) the supply point is another one in マスタ情報; that one is used.</source>
      <translation>リスト「{list}」：{count} 行で供給地点特定番号がマスタ情報と異なります。マスタ情報の番号を使います。</translation>
    </message>
    <message>
      <source>List “{list}”: {count} matched row(s) have no supply point yet. It comes with マスタ情報: download it with マスタ情報ID among its items.</source>
      <translation>リスト「{list}」：一致した {count} 行の供給地点特定番号がまだ分かりません。番号はマスタ情報に含まれます。マスタ情報IDを項目に加えたマスタ情報を取得してください。</translation>
    </message>
    <message>
      <source>Listed with another address, at home</source>
      <translation>番号が別の住所で載っている、在宅</translation>
    </message>
    <message>
      <source>Listed with another address, no sign of use</source>
      <translation>番号が別の住所で載っている、使用の形跡なし</translation>
    </message>
    <message>
      <source>Listed with another address, unknown</source>
      <translation>番号が別の住所で載っている、不明</translation>
    </message>
    <message>
      <source>Lists and layers that the case is to keep no longer; those given in the same run are kept.</source>
      <translation>案件に保存しておくのをやめる一覧やレイヤです。同時に指定したものは保存されます。</translation>
    </message>
    <message>
      <source>Lists and tables (*.csv *.tsv *.txt *.xlsx *.xlsm *.ods *.json);;Layers (*.gpkg *.geojson *.shp);;All files (*)</source>
      <translation>一覧・表 (*.csv *.tsv *.txt *.xlsx *.xlsm *.ods *.json);;レイヤ (*.gpkg *.geojson *.shp);;すべてのファイル (*)</translation>
    </message>
    <message>
      <source>Lists by use case</source>
      <translation>ユースケース別リスト</translation>
    </message>
    <message>
      <source>Lists of people that are filled in (whom to help, at home or away, visiting plan, residence), and public results to be looked at.</source>
      <translation>現地で入力する一覧（避難支援、在・不在、訪問計画、居住実態）と、見るだけの公開できる結果です。</translation>
    </message>
    <message>
      <source>Litres</source>
      <translation>軽油（L）</translation>
    </message>
    <message>
      <source>Litres lacking</source>
      <translation>不足（L）</translation>
    </message>
    <message>
      <source>Litres lacking for the hours asked for</source>
      <translation>指定時間までの不足燃料（L）</translation>
    </message>
    <message>
      <source>Litres that are lacking in all</source>
      <translation>不足する燃料の合計（L）</translation>
    </message>
    <message>
      <source>Lived in</source>
      <translation>居住実態ありの件数</translation>
    </message>
    <message>
      <source>Lived in (居住実態あり)</source>
      <translation>居住実態あり</translation>
    </message>
    <message>
      <source>Lived in on {lived} of {counted} days.</source>
      <translation>判定した {counted} 日のうち {lived} 日に生活が見られます。</translation>
    </message>
    <message>
      <source>Lived in on {lived} of {counted} days: neither a home nor empty. Ask for other proof.</source>
      <translation>判定した {counted} 日のうち生活が見られたのは {lived} 日です。居住とも空き家とも言えません。ほかの証明を求めてください。</translation>
    </message>
    <message>
      <source>Location</source>
      <translation>位置図</translation>
    </message>
    <message>
      <source>Locks each package by AES-256 (7-Zip opens it) with a passphrase drawn at random, kept in the case. Refused where the Python of QGIS has no AES; nothing weaker is used.</source>
      <translation>それぞれを AES-256 で暗号化します（7-Zip で開けます）。合言葉は無作為に作り、案件に置きます。QGIS の Python に AES がないときは断ります。弱い暗号では代えません。</translation>
    </message>
    <message>
      <source>Log</source>
      <translation>ログ</translation>
    </message>
    <message>
      <source>Logs of this meter: CSV or JSON lines with the time and ECHONET Lite properties as hexadecimal text. What was imported before is not stored twice.</source>
      <translation>この計器のログ。時刻とECHONET Liteのプロパティ（16進数の文字列）を持つCSVまたはJSON Lines。以前に取り込んだものは二重に保存しません。</translation>
    </message>
    <message>
      <source>Long absence</source>
      <translation>長期不在</translation>
    </message>
    <message>
      <source>Look again</source>
      <translation>再読み込み</translation>
    </message>
    <message>
      <source>Look ahead: meters still dark in the next hours</source>
      <translation>停電の見通しを表示</translation>
    </message>
    <message>
      <source>Look through the folder</source>
      <translation>フォルダを調べる</translation>
    </message>
    <message>
      <source>Looking…</source>
      <translation>調べています…</translation>
    </message>
    <message>
      <source>Looks at each list and layer of a folder, shows what it is taken for, and keeps what you agree to.</source>
      <translation>フォルダの中の名簿・一覧・レイヤを調べ、何として取り込むかを表示します。確認したものだけを保存します。</translation>
    </message>
    <message>
      <source>Loss of data</source>
      <translation>データの途絶</translation>
    </message>
    <message>
      <source>Low (homes), high or extra-high voltage. Each has statistics of its own.</source>
      <translation>低圧（家庭）・高圧・特別高圧。統計は分類ごとに分かれています。</translation>
    </message>
    <message>
      <source>Low (homes), high or extra-high voltage. Each has statistics of its own; their rates are never added up.</source>
      <translation>低圧（住宅など）・高圧・特別高圧。統計は分類ごとに分かれており、停電率を合算することはありません。</translation>
    </message>
    <message>
      <source>Low voltage 125, 250, 500 or 1000 m; high voltage 5 km; extra high voltage 10 km.</source>
      <translation>低圧は125・250・500・1000 m、高圧は5 km、特別高圧は10 kmです。</translation>
    </message>
    <message>
      <source>Lower</source>
      <translation>低</translation>
    </message>
    <message>
      <source>Made again: {layers}.</source>
      <translation>作り直しました：{layers}</translation>
    </message>
    <message>
      <source>Made at</source>
      <translation>作成日時</translation>
    </message>
    <message>
      <source>Made, but no public theme, so not handed over: {names}</source>
      <translation>作成済みだが、公開の対象ではないため提供していない主題：{names}</translation>
    </message>
    <message>
      <source>Made: {place}</source>
      <translation>作成：{place}</translation>
    </message>
    <message>
      <source>Mail address of the office that answers for the data. SIP4D-ZIP requires it; nothing is sent to it.</source>
      <translation>データについて答える部署のメールアドレス。SIP4D-ZIP に必要な項目で、ここへ何かを送ることはありません。</translation>
    </message>
    <message>
      <source>Make a package for tablets</source>
      <translation>タブレット用のパッケージを作る</translation>
    </message>
    <message>
      <source>Make grid squares</source>
      <translation>地域メッシュを作成</translation>
    </message>
    <message>
      <source>Make map sheets (PDF)</source>
      <translation>地図帳票を作成（PDF）</translation>
    </message>
    <message>
      <source>Make or refresh the QGIS project of this case, and open it.</source>
      <translation>この案件のQGISプロジェクトを作成または更新して開きます。</translation>
    </message>
    <message>
      <source>Make packages for municipalities</source>
      <translation>市町村ごとのパッケージを作る</translation>
    </message>
    <message>
      <source>Make the Maps</source>
      <translation>地図を作る</translation>
    </message>
    <message>
      <source>Make the brief (one PDF)</source>
      <translation>朝のまとめを作成（1つのPDF）</translation>
    </message>
    <message>
      <source>Make the brief for the headquarters, one PDF, and open it</source>
      <translation>本部向けのまとめ（1つの PDF）を作って開きます</translation>
    </message>
    <message>
      <source>Make the morning brief: layers and map sheets of a case</source>
      <translation>朝の地図一式を作成（案件のレイヤと地図帳票）</translation>
    </message>
    <message>
      <source>Making the layer {layer} again …</source>
      <translation>レイヤ {layer} を作り直しています…</translation>
    </message>
    <message>
      <source>Manual's rule</source>
      <translation>手引きの方法</translation>
    </message>
    <message>
      <source>Manual's rule with night hold</source>
      <translation>手引きの方法＋夜間保持</translation>
    </message>
    <message>
      <source>Map</source>
      <translation>地図</translation>
    </message>
    <message>
      <source>Map (PDF or picture)</source>
      <translation>地図（PDF または画像）</translation>
    </message>
    <message>
      <source>Map Sheets</source>
      <translation>地図帳票</translation>
    </message>
    <message>
      <source>Map contracts, their growth, and solar</source>
      <translation>契約数とその増減、太陽光を地図に表示</translation>
    </message>
    <message>
      <source>Map drawn</source>
      <translation>検証した地図</translation>
    </message>
    <message>
      <source>Map in its place</source>
      <translation>位置を合わせた地図</translation>
    </message>
    <message>
      <source>Map pages (GeoPDF)</source>
      <translation>地図のページ（GeoPDF）</translation>
    </message>
    <message>
      <source>Map the outage rate by mesh (UC2)</source>
      <translation>メッシュ別停電率を地図に表示（UC②）</translation>
    </message>
    <message>
      <source>Map the outage rate by municipality or ward (UC2′)</source>
      <translation>市区町村・行政区別の停電率を地図に表示（UC②′）</translation>
    </message>
    <message>
      <source>Map where readings stopped coming (UC5)</source>
      <translation>データの途絶を地図に表示（UC⑤）</translation>
    </message>
    <message>
      <source>Maps</source>
      <translation>地図</translation>
    </message>
    <message>
      <source>Maps allow for them from now on: meters that fell silent with such a relay and are not back may have power, and are never shown as powered.</source>
      <translation>以後の地図はこれを考慮します。これらの中継局と同時に応答がなくなり、まだ復帰していない計器は、通電している可能性があります（通電とは表示しません）。</translation>
    </message>
    <message>
      <source>Maps and brief are of the newest data. Refresh when the next data are due.</source>
      <translation>地図もまとめも最新のデータによるものです。次のデータが届くころに「更新」してください。</translation>
    </message>
    <message>
      <source>Marks that are assumed</source>
      <translation>仮定に基づく項目の数</translation>
    </message>
    <message>
      <source>Marks that are public</source>
      <translation>公開情報に基づく項目の数</translation>
    </message>
    <message>
      <source>Masked (N/A)</source>
      <translation>秘匿（N/A）</translation>
    </message>
    <message>
      <source>Masked cells (N/A)</source>
      <translation>秘匿（N/A）のメッシュ数</translation>
    </message>
    <message>
      <source>Masked: few meters (N/A)</source>
      <translation>秘匿（計器が少数、N/A）</translation>
    </message>
    <message>
      <source>Master information ID (マスタ情報ID)</source>
      <translation>マスタ情報ID</translation>
    </message>
    <message>
      <source>Match contractors</source>
      <translation>契約照合</translation>
    </message>
    <message>
      <source>Matched</source>
      <translation>一致</translation>
    </message>
    <message>
      <source>Matched: {matched}, to be reviewed: {review}, not found: {none}.</source>
      <translation>一致：{matched}、目視確認：{review}、該当なし：{none}</translation>
    </message>
    <message>
      <source>May fail within 24 hours: {soon} of {own} facilities on their own power</source>
      <translation>非常用電源で稼働中の {own} 施設のうち 24時間以内に尽きるおそれ {soon} 施設</translation>
    </message>
    <message>
      <source>May have ended already</source>
      <translation>すでに尽きたおそれ</translation>
    </message>
    <message>
      <source>Mean miss of the points (m)</source>
      <translation>点の平均のずれ（m）</translation>
    </message>
    <message>
      <source>Meaning</source>
      <translation>内容</translation>
    </message>
    <message>
      <source>Measures</source>
      <translation>指標の数</translation>
    </message>
    <message>
      <source>Mesh cells</source>
      <translation>メッシュ</translation>
    </message>
    <message>
      <source>Mesh code</source>
      <translation>メッシュコード</translation>
    </message>
    <message>
      <source>Mesh size (m)</source>
      <translation>メッシュの大きさ（m）</translation>
    </message>
    <message>
      <source>Meter ID</source>
      <translation>計器ID</translation>
    </message>
    <message>
      <source>Meters</source>
      <translation>計器数</translation>
    </message>
    <message>
      <source>Meters a year before</source>
      <translation>前年同月の計器数</translation>
    </message>
    <message>
      <source>Meters beyond peacetime</source>
      <translation>平常時を上回る計器数</translation>
    </message>
    <message>
      <source>Meters by 計器数分析</source>
      <translation>計器数分析の計器数</translation>
    </message>
    <message>
      <source>Meters compared</source>
      <translation>比較した計器数</translation>
    </message>
    <message>
      <source>Meters dark at the end of the data</source>
      <translation>データの終わりに停電している計器数</translation>
    </message>
    <message>
      <source>Meters dark now</source>
      <translation>現在停電している計器数</translation>
    </message>
    <message>
      <source>Meters expected to be dark</source>
      <translation>停電が続く見込みの計器数</translation>
    </message>
    <message>
      <source>Meters expected to be dark (label: now → then, 80 % interval)</source>
      <translation>停電が見込まれる計器数（表示：現在→見通し、80％区間）</translation>
    </message>
    <message>
      <source>Meters expected to be dark at the last of the hours</source>
      <translation>最後の時点で停電が続くと見込まれる計器数</translation>
    </message>
    <message>
      <source>Meters expected to be dark in {hours} h (label: now → then, 80 % interval)</source>
      <translation>{hours}時間後に停電が見込まれる計器数（表示：現在→見通し、80％区間）</translation>
    </message>
    <message>
      <source>Meters in the cells that are not masked</source>
      <translation>秘匿でないメッシュの計器数</translation>
    </message>
    <message>
      <source>Meters in the outage list (silent for 12 hours)</source>
      <translation>通電情報に載った計器（12時間応答なし）</translation>
    </message>
    <message>
      <source>Meters in them</source>
      <translation>区域内の計器数</translation>
    </message>
    <message>
      <source>Meters made</source>
      <translation>作成した計器数</translation>
    </message>
    <message>
      <source>Meters not known</source>
      <translation>状況が不明な計器数</translation>
    </message>
    <message>
      <source>Meters of all voltages dark now</source>
      <translation>現在停電中の計器（全電圧）</translation>
    </message>
    <message>
      <source>Meters of all voltages expected to be dark still in {hours} h: in {count} of {total} areas ({now} meters dark now)</source>
      <translation>{hours}時間後も停電が残る見込み（計器、全電圧）：{total}区域のうち{count}区域（現在停電中{now}台）</translation>
    </message>
    <message>
      <source>Meters of the fictional place to aim at. With open data the households decide.</source>
      <translation>架空の自治体の計器数の目安です。オープンデータを使う場合は世帯数で決まります。</translation>
    </message>
    <message>
      <source>Meters of the group</source>
      <translation>グループの計器数</translation>
    </message>
    <message>
      <source>Meters of which a reading was expected</source>
      <translation>電力データが届くはずの計器数</translation>
    </message>
    <message>
      <source>Meters of which nothing is known</source>
      <translation>状態のわからない計器</translation>
    </message>
    <message>
      <source>Meters of which the map said something</source>
      <translation>当時の地図に判断があった計器数</translation>
    </message>
    <message>
      <source>Meters silent beyond peacetime, of all voltages and also where squares are masked: more than the homes of the map of rates. Grey: unknown.</source>
      <translation>平常時を超えて応答のない計器の台数です。全電圧と秘匿メッシュの分も含むため、停電率の地図の低圧の台数より多くなります。灰色：不明。</translation>
    </message>
    <message>
      <source>Meters silent for 12 hours</source>
      <translation>12時間以上検針できていない計器数</translation>
    </message>
    <message>
      <source>Meters still silent where their neighbours have power again: a service wire may be broken. Points are poles.</source>
      <translation>周囲が復電しても応答のない計器です。引込線の断線が疑われます。点の位置は引込柱です。</translation>
    </message>
    <message>
      <source>Meters that may be on a line still out</source>
      <translation>未復旧の区間のおそれがある計器数</translation>
    </message>
    <message>
      <source>Meters that readings tell of</source>
      <translation>電力データで確認できる計器</translation>
    </message>
    <message>
      <source>Meters that reported</source>
      <translation>データが届いた計器数</translation>
    </message>
    <message>
      <source>Meters that were energised and not; or the energy used or fed in, or the number of meters.</source>
      <translation>通電・非通電の計器数、使用・受電の電力量、または計器数（計器数分析）。</translation>
    </message>
    <message>
      <source>Meters that were silent and had power</source>
      <translation>応答がなかったが通電していた計器</translation>
    </message>
    <message>
      <source>Meters with power</source>
      <translation>通電した計器</translation>
    </message>
    <message>
      <source>Meters with power that were said to have none</source>
      <translation>停電と表示したが通電していた計器数</translation>
    </message>
    <message>
      <source>Meters with readings</source>
      <translation>電力データのある計器</translation>
    </message>
    <message>
      <source>Meters without power</source>
      <translation>停電した計器</translation>
    </message>
    <message>
      <source>Meters without power beyond peacetime</source>
      <translation>平常時を超える停電（計器）</translation>
    </message>
    <message>
      <source>Meters without power beyond what was said</source>
      <translation>表示になかった停電（計器数）</translation>
    </message>
    <message>
      <source>Meters, masked and unknown apart</source>
      <translation>計器数（秘匿・不明を除く）</translation>
    </message>
    <message>
      <source>Method</source>
      <translation>推定方法</translation>
    </message>
    <message>
      <source>Method: {method}</source>
      <translation>推定方法：{method}</translation>
    </message>
    <message>
      <source>Missing</source>
      <translation>欠けているもの</translation>
    </message>
    <message>
      <source>Moment</source>
      <translation>時点</translation>
    </message>
    <message>
      <source>Moment its figures are of</source>
      <translation>地図の数値の時刻</translation>
    </message>
    <message>
      <source>Moment looked ahead to</source>
      <translation>見通しの時点</translation>
    </message>
    <message>
      <source>Moment shown</source>
      <translation>表示した時点</translation>
    </message>
    <message>
      <source>Moment told of</source>
      <translation>確認した時点</translation>
    </message>
    <message>
      <source>Moment 通電情報 was asked for</source>
      <translation>通電情報を求めた時刻</translation>
    </message>
    <message>
      <source>Mon</source>
      <translation>月</translation>
    </message>
    <message>
      <source>Months</source>
      <translation>月数</translation>
    </message>
    <message>
      <source>Months after it</source>
      <translation>発災後の月数</translation>
    </message>
    <message>
      <source>Months before it</source>
      <translation>さかのぼる月数</translation>
    </message>
    <message>
      <source>Morning Brief</source>
      <translation>朝のまとめ</translation>
    </message>
    <message>
      <source>Most still dark then (80 % interval)</source>
      <translation>停電の残る区域（かっこ内80％区間）</translation>
    </message>
    <message>
      <source>Municipal boundary</source>
      <translation>行政界</translation>
    </message>
    <message>
      <source>Municipal polygons, small areas, population, shelters, outage history. Left empty: a fictional place.</source>
      <translation>行政界、小地域、人口、避難所、停電履歴を入れたフォルダです。空欄なら架空の自治体になります。</translation>
    </message>
    <message>
      <source>Municipalities among them</source>
      <translation>市町村の数</translation>
    </message>
    <message>
      <source>Municipalities or districts to tell the figures by. Left empty, all together only.</source>
      <translation>数値を分ける市町村・地区。空欄なら全体だけです。</translation>
    </message>
    <message>
      <source>Municipalities or wards by which the outage rate was mapped.</source>
      <translation>停電率の地図に使った市区町村・行政区。</translation>
    </message>
    <message>
      <source>Municipality</source>
      <translation>市町村</translation>
    </message>
    <message>
      <source>Municipality (fixed)</source>
      <translation>自治体（固定値）</translation>
    </message>
    <message>
      <source>Municipality as a whole</source>
      <translation>市町村全体</translation>
    </message>
    <message>
      <source>Municipality code</source>
      <translation>団体コード</translation>
    </message>
    <message>
      <source>Must have ended after the data, if not refuelled and power not back</source>
      <translation>データの後に尽きたはず（給油・復電がなければ）</translation>
    </message>
    <message>
      <source>Name</source>
      <translation>名称</translation>
    </message>
    <message>
      <source>Name a facility (FACILITY_ID): its id or its whole name.</source>
      <translation>施設（FACILITY_ID）を ID または名称の全体で指定してください。</translation>
    </message>
    <message>
      <source>Name in kana</source>
      <translation>氏名（カナ）</translation>
    </message>
    <message>
      <source>Name of a list of the case that was matched.</source>
      <translation>照合を終えた案件のリスト名。</translation>
    </message>
    <message>
      <source>Name of a list of the case. “Match contractors” without sending brings one in.</source>
      <translation>案件のリスト名。「契約照合」で送らずに読み込んでおきます。</translation>
    </message>
    <message>
      <source>Name of a list of the case; its registration is deleted on the aggregator.</source>
      <translation>案件のリスト名。電力データ集約システムの登録を削除します。</translation>
    </message>
    <message>
      <source>Name of the contract holder</source>
      <translation>契約者の氏名</translation>
    </message>
    <message>
      <source>Name of the disaster or drill</source>
      <translation>災害または訓練の名称</translation>
    </message>
    <message>
      <source>Name of the list</source>
      <translation>リスト名</translation>
    </message>
    <message>
      <source>Name of the person</source>
      <translation>氏名</translation>
    </message>
    <message>
      <source>Name or feeder (配電線) of each area. Left empty, they are numbered.</source>
      <translation>範囲の名称または配電線名の列。空欄なら番号を付けます。</translation>
    </message>
    <message>
      <source>Name that stands on the maps.</source>
      <translation>地図に表示する名称です。</translation>
    </message>
    <message>
      <source>Name that stands on the maps. Left empty, it stays as it is.</source>
      <translation>地図に表示する名称。空欄なら変わりません。</translation>
    </message>
    <message>
      <source>Name under which the list is kept and registered: one for each use case.</source>
      <translation>リストを保管し登録する名前。ユースケースごとに1つ付けます。</translation>
    </message>
    <message>
      <source>Names of columns, or result.column, separated by commas. Left empty: all public results with the columns that may leave. Columns about people only by their full name, e.g. evacuationsupport.priority. Times, states and reasons go along by themselves.</source>
      <translation>列の名前、または「結果.列」をコンマで区切って書きます。空なら、公開できる結果を公開できる列だけで入れます。個人に関わる列は evacuationsupport.priority のように書いたものだけが入ります。時刻・状態・理由はいつも付きます。</translation>
    </message>
    <message>
      <source>Names of situation layers in layers.gpkg of the case, with commas between them. Left empty, all that are there. Each is made with the parameters it was made with before.</source>
      <translation>案件の layers.gpkg にある被害状況のレイヤの名前をカンマで区切って指定します。空欄なら、あるものすべて。どれも、前に作ったときと同じパラメータで作ります。</translation>
    </message>
    <message>
      <source>Names somebody else than it was sent for</source>
      <translation>別の人の番号や氏名になっている</translation>
    </message>
    <message>
      <source>Names that a place may begin with, from large to small: 灯島県, 灯市.</source>
      <translation>地区名の前に付くことがある名前を広い順に。例：灯島県, 灯市</translation>
    </message>
    <message>
      <source>Nearest area with power (km)</source>
      <translation>通電している最寄りの区域（km）</translation>
    </message>
    <message>
      <source>Nearest powered facility</source>
      <translation>最寄りの通電施設</translation>
    </message>
    <message>
      <source>Nearest powered facility (ID)</source>
      <translation>最寄りの通電施設（ID）</translation>
    </message>
    <message>
      <source>Need help</source>
      <translation>支援が必要</translation>
    </message>
    <message>
      <source>Need of care</source>
      <translation>介護の必要度</translation>
    </message>
    <message>
      <source>Needed</source>
      <translation>必要量</translation>
    </message>
    <message>
      <source>Needed (kVA)</source>
      <translation>必要容量（kVA）</translation>
    </message>
    <message>
      <source>Needs</source>
      <translation>必要先</translation>
    </message>
    <message>
      <source>Needs (kVA)</source>
      <translation>必要 (kVA)</translation>
    </message>
    <message>
      <source>Needs (kVA, own peak)</source>
      <translation>必要容量（kVA、最大需要から）</translation>
    </message>
    <message>
      <source>Needs help</source>
      <translation>要救助・要支援</translation>
    </message>
    <message>
      <source>Needs in the order of priority</source>
      <translation>優先順位順の必要先と電源車</translation>
    </message>
    <message>
      <source>Needs without a truck</source>
      <translation>電源車のない必要先</translation>
    </message>
    <message>
      <source>Needs without a truck in the proposal</source>
      <translation>配置案で車両のない行き先</translation>
    </message>
    <message>
      <source>Needs without an arrow: {counts} (see the list).</source>
      <translation>地図に矢印のない必要先：{counts}（一覧を参照）。</translation>
    </message>
    <message>
      <source>Neighbouring areas</source>
      <translation>隣接区域数</translation>
    </message>
    <message>
      <source>Neighbouring areas that are dark</source>
      <translation>途絶している隣接区域数</translation>
    </message>
    <message>
      <source>Neighbours compared</source>
      <translation>比較した隣接計器数</translation>
    </message>
    <message>
      <source>Neighbours with power</source>
      <translation>通電している隣接計器数</translation>
    </message>
    <message>
      <source>Neither an outage list nor a reading was received for this meter</source>
      <translation>この計器の通電情報も電力データも受信していない</translation>
    </message>
    <message>
      <source>Neither its columns nor its geometry are those of an input.</source>
      <translation>列も図形も、案件で使う入力のものではありません。</translation>
    </message>
    <message>
      <source>Neither name with address nor supply point, postcode or phone number: the row is not sent.</source>
      <translation>氏名と住所も、供給地点特定番号・郵便番号・電話番号もありません。この行は送りません。</translation>
    </message>
    <message>
      <source>Network options of QGIS…</source>
      <translation>QGIS のネットワーク設定…</translation>
    </message>
    <message>
      <source>Network, as QGIS has it</source>
      <translation>ネットワーク（QGIS の設定）</translation>
    </message>
    <message>
      <source>New case</source>
      <translation>新しい案件</translation>
    </message>
    <message>
      <source>New cases</source>
      <translation>新しい案件</translation>
    </message>
    <message>
      <source>New from a use case</source>
      <translation>ユースケースから新規登録</translation>
    </message>
    <message>
      <source>New list</source>
      <translation>新しいリスト</translation>
    </message>
    <message>
      <source>New list…</source>
      <translation>新しいリスト…</translation>
    </message>
    <message>
      <source>Newer data than the maps have come ({maps}): refresh.</source>
      <translation>地図より新しいデータが届いています（{maps}）。「更新」してください。</translation>
    </message>
    <message>
      <source>Newest outage publication</source>
      <translation>最新の通電情報</translation>
    </message>
    <message>
      <source>Newest reading</source>
      <translation>最新の電力データ</translation>
    </message>
    <message>
      <source>No</source>
      <translation>いいえ</translation>
    </message>
    <message>
      <source>No Dask scheduler answers at {address} ({reason}). Start it, correct “Cluster” in the options, or empty it to work on this computer.</source>
      <translation>{address} の Dask スケジューラーが応答しません（{reason}）。スケジューラーを起動するか、設定の「クラスター」を直すか、空にしてこのパソコンで処理してください。</translation>
    </message>
    <message>
      <source>No account is given. Choose an authentication configuration, or set TOMOSHIBI_USER and TOMOSHIBI_PASSPHRASE in the environment.</source>
      <translation>アカウントが指定されていません。認証設定を選ぶか、環境変数 TOMOSHIBI_USER と TOMOSHIBI_PASSPHRASE を設定してください。</translation>
    </message>
    <message>
      <source>No address of the aggregator is set, so nothing is fetched: layers are made again from the files in the case.</source>
      <translation>集約システムのアドレスが設定されていないため、取得は行いません。案件にあるファイルからレイヤを作り直します。</translation>
    </message>
    <message>
      <source>No area can be compared with the year before</source>
      <translation>前年と比較できる区域がありません</translation>
    </message>
    <message>
      <source>No area to tell of</source>
      <translation>対象の区域がありません</translation>
    </message>
    <message>
      <source>No case is open. Choose one from the list, open its folder, or make a new one.</source>
      <translation>案件を開いていません。一覧から選ぶか、フォルダを開くか、新しく作成してください。</translation>
    </message>
    <message>
      <source>No case is open. Contractor lists are kept in a case: open or make one.</source>
      <translation>案件が開かれていません。特定契約者のリストは案件に保管します。案件を開くか、作成してください。</translation>
    </message>
    <message>
      <source>No case is open. Open one or make a new one with “…”.</source>
      <translation>案件が開かれていません。「…」から開くか、新しく作成してください。</translation>
    </message>
    <message>
      <source>No case is open. Open one or make a new one, then switch on refreshing.</source>
      <translation>案件が開かれていません。案件を開くか新しく作ってから、自動更新を始めてください。</translation>
    </message>
    <message>
      <source>No case is open. Open or make one first.</source>
      <translation>案件を開いていません。先に案件を開くか、作成してください。</translation>
    </message>
    <message>
      <source>No case is open. The list can be looked at; registering and downloading need a case.</source>
      <translation>案件を開いていません。一覧は見られますが、登録とダウンロードには案件が必要です。</translation>
    </message>
    <message>
      <source>No condition is named. Enter its id; “List data conditions” shows them.</source>
      <translation>条件が指定されていません。IDを入力してください（「データ提供条件を一覧」で確認できます）。</translation>
    </message>
    <message>
      <source>No condition is registered on this account. Use “Register data conditions” first.</source>
      <translation>このアカウントにはデータ提供条件が登録されていません。先に「データ提供条件を登録」を実行してください。</translation>
    </message>
    <message>
      <source>No condition of this municipality is registered on the account: nothing is fetched.</source>
      <translation>この自治体のデータ提供条件がアカウントに登録されていないため、取得するものがありません。</translation>
    </message>
    <message>
      <source>No data were received</source>
      <translation>受信したデータはありません</translation>
    </message>
    <message>
      <source>No drill was scored yet: make a scenario, go through a morning, score it (scoredrill).</source>
      <translation>採点した訓練がまだありません。シナリオを作り、朝の作業を一通り行って、採点してください（scoredrill）。</translation>
    </message>
    <message>
      <source>No dwelling with readings is inside the area or on the list. Check both, or leave them empty.</source>
      <translation>範囲内または一覧に、電力データのある住戸がありません。両方を確認するか、空欄にしてください。</translation>
    </message>
    <message>
      <source>No facility has the id or the name {word}. Nearest in the list: {close}.</source>
      <translation>ID または名称が {word} の施設はありません。一覧で最も近いもの：{close}。</translation>
    </message>
    <message>
      <source>No facility is known to run on its own power</source>
      <translation>非常用電源で稼働中と分かる施設はありません</translation>
    </message>
    <message>
      <source>No facility is of the kind {wanted}. The kinds there are: {kinds}.</source>
      <translation>種別が {wanted} の施設はありません。ある種別：{kinds}</translation>
    </message>
    <message>
      <source>No facility to tell of</source>
      <translation>対象の施設がありません</translation>
    </message>
    <message>
      <source>No figures (masked, or missing in one of the two years)</source>
      <translation>数値なし（秘匿、または2年のどちらかが欠けている）</translation>
    </message>
    <message>
      <source>No folder is given for the case. Choose a new or an empty one.</source>
      <translation>案件のフォルダが指定されていません。新しいフォルダか空のフォルダを選んでください。</translation>
    </message>
    <message>
      <source>No grid square of the statistics lies in any of the areas. Check the areas' CRS.</source>
      <translation>統計のメッシュがどの区域にも入りません。区域の座標参照系を確かめてください。</translation>
    </message>
    <message>
      <source>No hours ahead are given. Write hours separated by commas: 6,12,24.</source>
      <translation>時間数が指定されていません。6,12,24 のようにカンマで区切って入力してください。</translation>
    </message>
    <message>
      <source>No layer of what was chosen has the field {field}: it is no field package. Choose the folder that the tablet gave back.</source>
      <translation>選んだものには列 {field} のあるレイヤがなく、現地用パッケージではありません。タブレットから戻ったフォルダを選んでください。</translation>
    </message>
    <message>
      <source>No longer in the list, or not with certainty</source>
      <translation>もう一覧にいない、または誰か確かでない</translation>
    </message>
    <message>
      <source>No meter dark beyond peacetime</source>
      <translation>平常を超える停電なし</translation>
    </message>
    <message>
      <source>No meter stands in any of the areas. Check that マスタ情報 with coordinates was received, and the areas' CRS.</source>
      <translation>どの区域にも計器がありません。座標を含むマスタ情報を受け取っているか、区域の座標参照系が正しいか確認してください。</translation>
    </message>
    <message>
      <source>No month has figures of the year before as well. Request the same months of both years.</source>
      <translation>前年同月の値がそろう月がありません。両方の年の同じ月を請求してください。</translation>
    </message>
    <message>
      <source>No reading since {time}</source>
      <translation>{time} 以降、電力データなし</translation>
    </message>
    <message>
      <source>No reading since {time}, but the outage list of {list} does not name the meter</source>
      <translation>{time} 以降、電力データがないが、{list} の通電情報（不通の計器）には載っていない</translation>
    </message>
    <message>
      <source>No reading since {time}: too short to call it an outage</source>
      <translation>{time} 以降、電力データなし（停電と判断するには短い）</translation>
    </message>
    <message>
      <source>No readings were received after the event. Download or import the days since then.</source>
      <translation>発災後の電力データを受け取っていません。発災日以降をダウンロードするか取り込んでください。</translation>
    </message>
    <message>
      <source>No readings were received for the half-hour ending {end}. Choose a time inside the data ({first} to {last}).</source>
      <translation>{end} に終わる30分の電力データを受け取っていません。データの範囲（{first}～{last}）の時刻を指定してください。</translation>
    </message>
    <message>
      <source>No readings were received for the period. Choose one inside the data, or download that period.</source>
      <translation>その期間の電力データを受け取っていません。データの範囲内の期間を選ぶか、その期間をダウンロードしてください。</translation>
    </message>
    <message>
      <source>No response entered yet</source>
      <translation>対応が未入力</translation>
    </message>
    <message>
      <source>No row of the list can be sent. Look at the problems beside the rows and correct the list.</source>
      <translation>送れる行がありません。行の横の問題を見て、リストを直してください。</translation>
    </message>
    <message>
      <source>No row of the lists lies in the area. Choose another, or leave it empty.</source>
      <translation>範囲の中に一覧の行がありません。別の範囲を選ぶか、空にしてください。</translation>
    </message>
    <message>
      <source>No row of what came back was sent from this case. Choose the case that the package was made from, or the right folder.</source>
      <translation>戻ってきたものに、この案件から渡した行がありません。パッケージを作った案件か、正しいフォルダを選んでください。</translation>
    </message>
    <message>
      <source>No row of “{list}” has matched: nothing can be registered.</source>
      <translation>「{list}」には一致した行がないため、登録できません。</translation>
    </message>
    <message>
      <source>No secondary mesh code is given, so no area is asked for. Choose an area that covers the municipality.</source>
      <translation>二次メッシュコードがないため、求める範囲が指定されていません。自治体を覆う範囲を選んでください。</translation>
    </message>
    <message>
      <source>No server answers at {host}: connection refused. Check the address and port.</source>
      <translation>{host} で応答するサーバーがありません（接続拒否）。接続先とポートを確認してください。</translation>
    </message>
    <message>
      <source>No sign of life except on {lived} of {counted} days.</source>
      <translation>判定した {counted} 日のうち {lived} 日を除き、生活の様子が見られません。</translation>
    </message>
    <message>
      <source>No small area of {file} lies in the municipalities given. Check the names.</source>
      <translation>{file} に、指定した市町村の町丁・字がありません。市町村名を確かめてください。</translation>
    </message>
    <message>
      <source>No square overlaps the clip layer within the area. The output is empty.</source>
      <translation>範囲の中に、切り抜きレイヤに重なるメッシュがありません。出力は空です。</translation>
    </message>
    <message>
      <source>No supply point is known for the person</source>
      <translation>この方の供給地点が分かりません</translation>
    </message>
    <message>
      <source>No supply point is known: enter it in the list, or look at name and address.</source>
      <translation>供給地点が特定できません。名簿に番号を入力するか、氏名と住所を確認してください。</translation>
    </message>
    <message>
      <source>No supply point is linked to the facility</source>
      <translation>施設に供給地点特定番号が結び付けられていない</translation>
    </message>
    <message>
      <source>No truck is left.</source>
      <translation>派遣できる電源車が残っていません。</translation>
    </message>
    <message>
      <source>No truck left</source>
      <translation>電源車なし</translation>
    </message>
    <message>
      <source>No voltage class is chosen. Choose at least one.</source>
      <translation>電圧分類が選ばれていません。1つ以上選んでください。</translation>
    </message>
    <message>
      <source>No.</source>
      <translation>順位</translation>
    </message>
    <message>
      <source>Nominal size of the squares: 125, 250, 500 m, 1, 5, 10 or 80 km.</source>
      <translation>メッシュの大きさです。125・250・500 m、1・5・10・80 km から選びます。</translation>
    </message>
    <message>
      <source>None</source>
      <translation>なし</translation>
    </message>
    <message>
      <source>None expected, but not ruled out (80 % interval)</source>
      <translation>1台未満の見込み（80％区間に1台以上を含む）</translation>
    </message>
    <message>
      <source>None of the areas has a name that the statistics use. Choose the field with the name as in 住所 (prefecture and municipality).</source>
      <translation>統計の「住所」と同じ名称の区域がありません。都道府県名から始まる市区町村名のフィールドを選んでください。</translation>
    </message>
    <message>
      <source>None of the layers is a result of Tomoshibi. Choose layers made by its algorithms.</source>
      <translation>Tomoshibiの結果レイヤがありません。Tomoshibiのアルゴリズムで作ったレイヤを選んでください。</translation>
    </message>
    <message>
      <source>Not drawn, so counted on no page by area, only in print without areas: {what}.</source>
      <translation>地図に描けないため区域別のページでは数えず、区域を指定しない帳票にだけ載るもの：{what}。</translation>
    </message>
    <message>
      <source>Not drawn, their place is not known: {count}</source>
      <translation>位置が分からず地図に描けないもの：{count}件</translation>
    </message>
    <message>
      <source>Not found</source>
      <translation>該当なし</translation>
    </message>
    <message>
      <source>Not in the folder, and not in the case: {kinds}.</source>
      <translation>フォルダにも案件にもないもの：{kinds}</translation>
    </message>
    <message>
      <source>Not in the outage list of {time}</source>
      <translation>{time} の通電情報（不通の計器）に載っていない</translation>
    </message>
    <message>
      <source>Not in the outage list of {time}, but no reading came until {until}</source>
      <translation>{time} の通電情報に載っていないが、{until} まで電力データなし</translation>
    </message>
    <message>
      <source>Not in the plan (unknown)</source>
      <translation>見通しに載っていない（不明）</translation>
    </message>
    <message>
      <source>Not kept: {kinds}. The rows say why.</source>
      <translation>保存できなかったもの：{kinds}。理由は各行にあります。</translation>
    </message>
    <message>
      <source>Not known</source>
      <translation>不明</translation>
    </message>
    <message>
      <source>Not known to have power: call them as if they had none</source>
      <translation>通電が確認できない方です。停電しているものとして連絡してください</translation>
    </message>
    <message>
      <source>Not known whether inside</source>
      <translation>危険区域の内外が不明</translation>
    </message>
    <message>
      <source>Not lived in</source>
      <translation>居住実態なしの件数</translation>
    </message>
    <message>
      <source>Not lived in (居住実態なし)</source>
      <translation>居住実態なし</translation>
    </message>
    <message>
      <source>Not looked into: {files}.</source>
      <translation>調べなかったもの：{files}</translation>
    </message>
    <message>
      <source>Not made: {what}</source>
      <translation>作成できなかったもの：{what}</translation>
    </message>
    <message>
      <source>Not needed: the server is this computer.</source>
      <translation>不要です：サーバーはこのパソコンです。</translation>
    </message>
    <message>
      <source>Not on the list, at home</source>
      <translation>住民情報なし、在宅</translation>
    </message>
    <message>
      <source>Not on the list, no sign of use</source>
      <translation>住民情報なし、不在と推定</translation>
    </message>
    <message>
      <source>Not on the list, unknown</source>
      <translation>住民情報なし、不明</translation>
    </message>
    <message>
      <source>Not on the map, fits no area: {names} (see the list).</source>
      <translation>合う区域がなく地図に載っていない行：{names}（一覧を参照）。</translation>
    </message>
    <message>
      <source>Not on the map: rows that fit no area</source>
      <translation>地図に載っていない行（合う区域がない）</translation>
    </message>
    <message>
      <source>Not on the residents' list</source>
      <translation>住民情報なし</translation>
    </message>
    <message>
      <source>Not personal</source>
      <translation>個人データでないもの</translation>
    </message>
    <message>
      <source>Not reached</source>
      <translation>連絡がつかない</translation>
    </message>
    <message>
      <source>Not reached yet</source>
      <translation>未接触</translation>
    </message>
    <message>
      <source>Not refreshed yet</source>
      <translation>まだ更新していません</translation>
    </message>
    <message>
      <source>Not sent from this case, or added in the field</source>
      <translation>この案件から渡した行ではない、または現地で足した行</translation>
    </message>
    <message>
      <source>Not tried yet: run “Test connection” (testconnection).</source>
      <translation>まだ確認していません。「接続を確認」（testconnection）を実行してください。</translation>
    </message>
    <message>
      <source>Not tried, because an earlier step failed.</source>
      <translation>前の段階で失敗したため、確認していません。</translation>
    </message>
    <message>
      <source>Not verified: the case {case} was not made in this QGIS profile, and its files were not compared with its ledger yet. Run “Verify a case by its ledger” (verifycase) once.</source>
      <translation>未検証：案件「{case}」はこの QGIS のプロファイルで作成したものではなく、ファイルを台帳とまだ照合していません。「案件を台帳と照合」（verifycase）を一度実行してください。</translation>
    </message>
    <message>
      <source>Not verified: {count} file(s) differ from the ledger. See the log, ask whoever handed the case over, and run “Verify a case by its ledger”.</source>
      <translation>未検証：台帳と異なるファイルが {count} 件あります。ログを見て引き渡し元に確認し、「案件を台帳と照合」を実行してください。</translation>
    </message>
    <message>
      <source>Note</source>
      <translation>備考</translation>
    </message>
    <message>
      <source>Note of the response</source>
      <translation>対応の記録</translation>
    </message>
    <message>
      <source>Note what a facility said by telephone</source>
      <translation>施設に電話で確認した状況を記録</translation>
    </message>
    <message>
      <source>Noted: the matched rows are registered.</source>
      <translation>一致した行を登録済みとして記録しました。</translation>
    </message>
    <message>
      <source>Nothing can be judged ({reason}), and nothing was changed.</source>
      <translation>判定できません（{reason}）。何も変更していません。</translation>
    </message>
    <message>
      <source>Nothing can be sent yet: {reason}</source>
      <translation>まだ送信できません：{reason}</translation>
    </message>
    <message>
      <source>Nothing can be told: no map of the situation has been made yet.</source>
      <translation>状況はまだ何も分かりません（状況の地図が作成されていません）。</translation>
    </message>
    <message>
      <source>Nothing is deleted before this is taken away and the confirmation is typed.</source>
      <translation>このチェックを外し、確認の文字を入力するまで、何も削除しません。</translation>
    </message>
    <message>
      <source>Nothing is given as “{input}”, and the case keeps none. Give it, or keep it in the case with “Change case” (editcase).</source>
      <translation>「{input}」が指定されておらず、案件にも保存されていません。指定するか、「案件を変更」（editcase）で案件に保存してください。</translation>
    </message>
    <message>
      <source>Nothing is known of any area</source>
      <translation>すべての区域が不明です</translation>
    </message>
    <message>
      <source>Nothing is known of any square</source>
      <translation>すべてのメッシュが不明です</translation>
    </message>
    <message>
      <source>Nothing of the brief could be drawn. Make the results of the situation first.</source>
      <translation>まとめに載せるものがありません。先に状況の結果を作成してください。</translation>
    </message>
    <message>
      <source>Nothing was deleted: the confirmation (CONFIRM) is not the text that the help of “Dispose of a case” names.</source>
      <translation>何も削除していません。確認（CONFIRM）が、「案件を破棄」のヘルプに示した文字と違います。</translation>
    </message>
    <message>
      <source>Nothing was given that differs from the case: it stays as it is.</source>
      <translation>案件と異なる項目が指定されていないため、何も変更しませんでした。</translation>
    </message>
    <message>
      <source>Nothing was received about the supply point</source>
      <translation>この供給地点のデータは受信していません</translation>
    </message>
    <message>
      <source>Now ({now}) lies after the last day of readings ({last}). Give an earlier time.</source>
      <translation>現在の日時（{now}）が電力データの最終日（{last}）より後です。最終日以前の日時を指定してください。</translation>
    </message>
    <message>
      <source>Number listed with another address</source>
      <translation>番号が別の住所で載っている</translation>
    </message>
    <message>
      <source>Number of conditions</source>
      <translation>条件の件数</translation>
    </message>
    <message>
      <source>Number of people</source>
      <translation>人数</translation>
    </message>
    <message>
      <source>Number of squares</source>
      <translation>メッシュ数</translation>
    </message>
    <message>
      <source>ON: only the 特定契約者 registered beforehand. OFF: every contract of the municipality.</source>
      <translation>ON は登録済みの特定契約者だけ、OFF は自治体内の全契約が対象です。</translation>
    </message>
    <message>
      <source>Of all {total} areas nothing is known</source>
      <translation>{total}区域すべて不明</translation>
    </message>
    <message>
      <source>Of all {total} facilities nothing is known</source>
      <translation>全 {total} 施設の通電状況は不明です</translation>
    </message>
    <message>
      <source>Of each map the one shown nearest to 48 hours before. From and to: what was or is unknown counts in the upper figure only. Of hidden outages and isolated communities “it was” counts those listed.</source>
      <translation>各地図について、48時間前に最も近い時点のものを検証しました。幅のある数は、不明のものを多い方にだけ数えています。隠れ停電と孤立集落の「実際」は、地図に載せたもののうちの数です。</translation>
    </message>
    <message>
      <source>Of no area is it known whether contracts are fewer</source>
      <translation>契約の増減はすべての区域で不明です</translation>
    </message>
    <message>
      <source>Of none of {total} dwellings is presence known</source>
      <translation>{total} 戸すべてで在・不在が不明です</translation>
    </message>
    <message>
      <source>Of the areas. Left empty, it is recognised by its name (area_id, KEY_CODE, S_NAME …).</source>
      <translation>区域の属性です。空欄なら名前（area_id、KEY_CODE、S_NAME など）で判断します。</translation>
    </message>
    <message>
      <source>Of the readings exported as Parquet ({day}), {count} of {all} files are missing or could not be used: {names}. Copy them again and import them too; until then what is missing is unknown, not outage.</source>
      <translation>Parquet に書き出した電力データ（{day}）の{all}ファイルのうち{count}ファイルがないか、使えませんでした：{names}。もう一度コピーして取り込んでください。それまで、足りない分は停電ではなく「不明」とします。</translation>
    </message>
    <message>
      <source>Of the set of condition {id} ({title}, {time}), {count} of {all} listed files were not fetched or could not be used: {names}. Download again; until then what is missing in the set is unknown, not outage.</source>
      <translation>条件 {id} の組（{title}、{time}）は、一覧の {all} ファイルのうち {count} ファイルを取得できていないか、使えません：{names}。もう一度ダウンロードしてください。それまで、この組で欠けている検針値は不明とし、停電とはしません。</translation>
    </message>
    <message>
      <source>Of the set of {file}, part(s) {parts} of at least {count} are missing. Fetch them and import them too; the order does not matter. Until then what is missing in the set is unknown, not outage.</source>
      <translation>{file} の組は、少なくとも {count} 個ある分割ファイルのうち {parts} 番が足りません。取得して取り込んでください（順番は問いません）。それまで、この組で欠けている検針値は不明とし、停電とはしません。</translation>
    </message>
    <message>
      <source>Of the set of {time} ({title}), {names} could not be used. Get the file again; until then what is missing in the set is unknown, not outage.</source>
      <translation>{time} の組（{title}）の {names} は使えませんでした。ファイルを取り直してください。それまで、この組で欠けている検針値は不明とし、停電とはしません。</translation>
    </message>
    <message>
      <source>Of these, said to have power, or less without it, and dark</source>
      <translation>うち、通電（または停電は少ない）と表示し、実際は停電</translation>
    </message>
    <message>
      <source>Of these, within their 80 % interval</source>
      <translation>うち実際の値が80％区間に入ったもの（件）</translation>
    </message>
    <message>
      <source>Of this kind there is {others} as well: choose one of them.</source>
      <translation>同じ種類のファイルがほかにもあります（{others}）。どちらかを選んでください。</translation>
    </message>
    <message>
      <source>Of what it provides</source>
      <translation>計画に対する割合</translation>
    </message>
    <message>
      <source>Of which nothing is known</source>
      <translation>うち不明</translation>
    </message>
    <message>
      <source>Of {count} areas it is not known whether they are dark ({reasons}).</source>
      <translation>{count}区域は途絶しているか分かりません（{reasons}）。</translation>
    </message>
    <message>
      <source>Of {count} earlier forecasts of this case whose moment has come, {held} held what came within their 80 % interval; the error is {error} % of the meters dark then.</source>
      <translation>この案件で先に出した見通しのうち対象時刻を過ぎた{count}件では、{held}件で実際の値が80％区間に入りました。誤差は当時の停電計器数の{error}％です。</translation>
    </message>
    <message>
      <source>Of {count} facilities more fuel is gone since the loss of power than their generator burns at full load: {ids}. The map goes by what was told. Ask again (L or kL, a leak, the stock in the list), and note it again with the same AT.</source>
      <translation>{count}施設で、停電してから、発電機が全負荷で使う量より多くの燃料が減っています：{ids}。残り時間は聞いた残量で計算しています。LとkLの取り違え、漏れ、一覧の備蓄量の誤りがないか確かめ、誤りなら同じ「確認した時点」（AT）で記録し直してください。</translation>
    </message>
    <message>
      <source>Of {count} facilities {certain} are found for certain by name and address, {review} are to be reviewed, {none} are not found.</source>
      <translation>{count} 施設のうち、名称と住所で確実に一致するもの {certain}、要確認 {review}、該当なし {none}。</translation>
    </message>
    <message>
      <source>Of {count} meters that sent nothing it is not known whether they are hidden outages ({reasons}).</source>
      <translation>応答のない計器のうち{count}台は隠れ停電か分かりません（{reasons}）。</translation>
    </message>
    <message>
      <source>Of {days} days before the event {received} were received: the others count for nothing.</source>
      <translation>発災前 {days} 日のうち受信したのは {received} 日分です。残りの日は数えません。</translation>
    </message>
    <message>
      <source>Of {which}: {why}</source>
      <translation>{which}：{why}</translation>
    </message>
    <message>
      <source>Off: the list is only checked and kept in the case. Nothing leaves this computer.</source>
      <translation>オフ：リストを検査して案件に保管するだけです。何も送信しません。</translation>
    </message>
    <message>
      <source>Office or person who answers for the use of the data.</source>
      <translation>データの利用に責任を負う部署または担当者。</translation>
    </message>
    <message>
      <source>Okinawa Electric Power</source>
      <translation>沖縄電力</translation>
    </message>
    <message>
      <source>Old</source>
      <translation>古い</translation>
    </message>
    <message>
      <source>On a closed network: the packages unpacked in {folder} are for {others}, not for this QGIS ({tag}); unpack the bundle for {tag} there (“make bundle”).</source>
      <translation>外部につながらないネットワークの場合：{folder} に展開されているパッケージは {others} 用で、この QGIS（{tag}）用ではありません。{tag} 用の同梱パッケージ（make bundle で作成）をそこに展開してください。</translation>
    </message>
    <message>
      <source>On a closed network: the packages unpacked in {folder} do not fit the numpy of this QGIS ({numpy}); make the bundle for {tag} once more with that (“make bundle”).</source>
      <translation>外部につながらないネットワークの場合：{folder} に展開されているパッケージは、この QGIS の numpy（{numpy}）に合いません。その numpy を指定して {tag} 用の同梱パッケージを作り直してください（make bundle）。</translation>
    </message>
    <message>
      <source>On a closed network: unpack the bundle for {tag} (“make bundle”) into {folder}.</source>
      <translation>外部につながらないネットワークの場合：{tag} 用の同梱パッケージ（make bundle で作成）を {folder} に展開してください。</translation>
    </message>
    <message>
      <source>On battery, lasts longer</source>
      <translation>電池で稼働中（まだもつ）</translation>
    </message>
    <message>
      <source>On its own generator</source>
      <translation>自家発で運転中</translation>
    </message>
    <message>
      <source>On its own power</source>
      <translation>非常用電源で稼働中</translation>
    </message>
    <message>
      <source>On the edge, with the middle in no area, and so counted on no page: {count}.</source>
      <translation>境界上にあり中心がどの区域にも入らないため、どのページでも数えていないもの：{count}。</translation>
    </message>
    <message>
      <source>On the list, at home</source>
      <translation>住民情報あり、在宅</translation>
    </message>
    <message>
      <source>On the list, no sign of use</source>
      <translation>住民情報あり、不在と推定</translation>
    </message>
    <message>
      <source>On the list, unknown</source>
      <translation>住民情報あり、不明</translation>
    </message>
    <message>
      <source>On the residents' list</source>
      <translation>住民情報あり</translation>
    </message>
    <message>
      <source>On the screen and not made again: {layers}. A refresh makes the layers of the situation; make these by hand, or name them in LAYERS. What people entered stays.</source>
      <translation>画面にあり、作り直していないもの：{layers}。更新で作り直すのは被害状況のレイヤです。手で作り直すか、LAYERS に名前を書いてください。入力された内容は引き継がれます。</translation>
    </message>
    <message>
      <source>On the screen and not made again: {layers}. They lie outside layers.gpkg of the case; make them once more with the case as their place.</source>
      <translation>画面にあり、作り直していないもの：{layers}。案件の layers.gpkg の外にあります。出力先を案件にして、もう一度作ってください。</translation>
    </message>
    <message>
      <source>On: all matched rows are registered, then what this list had registered before is deleted. Off: only what is not registered yet is added.</source>
      <translation>オン：一致した行をすべて登録したあと、このリストの以前の登録を削除します。オフ：未登録のものだけを加えます。</translation>
    </message>
    <message>
      <source>On: the list with its names and its links to facilities is deleted from the case folder as well.</source>
      <translation>オン：氏名を含むリストと施設の対応も、案件フォルダから削除します。</translation>
    </message>
    <message>
      <source>On: the matched rows have been registered there by hand. They are then the scope of 通電情報.</source>
      <translation>オン：一致した行を画面から手作業で登録しました。以後、通電情報の対象範囲として扱います。</translation>
    </message>
    <message>
      <source>Once (随時), or periodically (定期) until the period ends, 5 years at most. Left empty, as usual for the use case.</source>
      <translation>随時か、期間の終わりまでの定期（最大5年）かを選びます。空欄なら、ユースケースの標準になります。</translation>
    </message>
    <message>
      <source>Once it is known why the files differ: results of this case are no longer marked “not verified” here.</source>
      <translation>ファイルが異なる理由が分かっている場合に選びます。この QGIS では、この案件の結果に「未検証」と表示しなくなります。</translation>
    </message>
    <message>
      <source>Once, when it is asked for; or periodically, again and again until the period ends (5 years at most).</source>
      <translation>随時は1回、定期は期間が終わるまで繰り返し提供されます（最長5年）。</translation>
    </message>
    <message>
      <source>One PDF a theme, named after it; an older one of the same name is replaced. By default a folder of the case for the time of the data.</source>
      <translation>主題ごとに 1 つの PDF を主題名で作ります。同じ名前の古いものは置き換わります。既定はデータの時刻ごとの案件のフォルダです。</translation>
    </message>
    <message>
      <source>One ZIP a municipality and section; by default a folder of the case for the time of the data.</source>
      <translation>市町村と課ごとに一つの ZIP です。既定では、案件の中の、データの時刻のフォルダに置きます。</translation>
    </message>
    <message>
      <source>One line a section (課): its name, a colon, its results, e.g. “防災課: shelterpower, meshoutage”. Each section gets a package of its own. Left empty: one package a municipality.</source>
      <translation>一行に一つの課を「防災課: shelterpower, meshoutage」のように書きます。課ごとにパッケージを作ります。空なら、市町村ごとに一つです。</translation>
    </message>
    <message>
      <source>One list for each use case. The aggregator holds all contractors together; here they are distinguished by your own ids.</source>
      <translation>ユースケースごとに1つのリストを作ります。電力データ集約システムでは全員がまとめて管理されますが、案件では自治体のIDで見分けます。</translation>
    </message>
    <message>
      <source>One page for each</source>
      <translation>ページ分けのポリゴン</translation>
    </message>
    <message>
      <source>One page for each district of the case</source>
      <translation>案件の地区ごとに1ページ</translation>
    </message>
    <message>
      <source>One row a batch: how many people, answered, in need of help, not reached.</source>
      <translation>1分担1行。人数、回答済み、支援が必要、連絡がつかない人の数。</translation>
    </message>
    <message>
      <source>One schema for one case, e.g. noto2024; what is about people goes into a second one (noto2024_personal). Left empty, that of the last publication.</source>
      <translation>案件ごとに1つのスキーマ（例：noto2024）。個人に関する結果は別のスキーマ（noto2024_personal）に入ります。空欄なら前回公開したスキーマです。</translation>
    </message>
    <message>
      <source>One workbook a batch, with the answers to choose from. They hold personal data.</source>
      <translation>1分担に1つのブック。回答は選択肢から選べます。個人データを含みます。</translation>
    </message>
    <message>
      <source>Only dwellings on the residents' list</source>
      <translation>住民リストにある住戸のみ</translation>
    </message>
    <message>
      <source>Only export meters (受電) are linked to the facility</source>
      <translation>施設に受電（売電）の計器だけが結び付けられている</translation>
    </message>
    <message>
      <source>Only inside</source>
      <translation>対象範囲</translation>
    </message>
    <message>
      <source>Only rows in this extent. Left empty, all. Rows without a place go along only where it is empty.</source>
      <translation>この範囲の行だけを入れます。空ならすべて入れます。位置のない行は、空のときだけ入ります。</translation>
    </message>
    <message>
      <source>Only some voltage classes have a mesh of {metres} m; the others get their own.</source>
      <translation>{metres} m のメッシュがない電圧分類には、それぞれの大きさを使います。</translation>
    </message>
    <message>
      <source>Only these kinds</source>
      <translation>施設の種別</translation>
    </message>
    <message>
      <source>Only those who may see personal data should have access to it.</source>
      <translation>個人データを見てよい人だけがアクセスできるフォルダにしてください。</translation>
    </message>
    <message>
      <source>Only what the use case needs is asked for; each item chosen has its reason beside it.</source>
      <translation>ユースケースに必要な項目だけを求めます。項目ごとに理由を示しています。</translation>
    </message>
    <message>
      <source>Only where there are several or they lasted: moments in Japanese time as 2026-01-19T05:46, events that lasted as begin/end, separated by commas. The first must be the event time. Later ones are entered with “Change case”.</source>
      <translation>複数回発生した場合や、続いた場合にだけ入力します。日本時間で 2026-01-19T05:46 のように、続いたものは 開始/終了 と書き、コンマで区切ります。最初のものは発生時刻と同じにしてください。あとから起きたものは「案件を変更」で入力します。</translation>
    </message>
    <message>
      <source>Only {counted} days can be counted since the contract of this customer began on {day}; {needed} are needed. The days before are another’s.</source>
      <translation>この需要家の契約開始（{day}）以降で数えられる日は{counted}日だけです（{needed}日必要）。それより前の日は前の入居者のものです。</translation>
    </message>
    <message>
      <source>Only {counted} days can be counted; {needed} are needed.</source>
      <translation>判定できる日が {counted} 日しかありません（{needed} 日必要です）。</translation>
    </message>
    <message>
      <source>Open another case, make a new one, or change what this one knows</source>
      <translation>別の案件を開く、新しく作る、この案件の内容を変える</translation>
    </message>
    <message>
      <source>Open case</source>
      <translation>案件を開く</translation>
    </message>
    <message>
      <source>Open case folder</source>
      <translation>案件フォルダを開く</translation>
    </message>
    <message>
      <source>Open first (rank)</source>
      <translation>開設優先順位</translation>
    </message>
    <message>
      <source>Open folder…</source>
      <translation>フォルダを開く…</translation>
    </message>
    <message>
      <source>Open the Project of the Case</source>
      <translation>案件のプロジェクトを開く</translation>
    </message>
    <message>
      <source>Open the folder</source>
      <translation>フォルダを開く</translation>
    </message>
    <message>
      <source>Open the project</source>
      <translation>プロジェクトを開く</translation>
    </message>
    <message>
      <source>Open the project of the case</source>
      <translation>案件のプロジェクトを開く</translation>
    </message>
    <message>
      <source>Open the sheet</source>
      <translation>帳票を開く</translation>
    </message>
    <message>
      <source>Open {file}</source>
      <translation>{file} を開く</translation>
    </message>
    <message>
      <source>Opened lately</source>
      <translation>最近開いた案件</translation>
    </message>
    <message>
      <source>Options…</source>
      <translation>設定…</translation>
    </message>
    <message>
      <source>Order</source>
      <translation>順序</translation>
    </message>
    <message>
      <source>Order of priority</source>
      <translation>優先順位</translation>
    </message>
    <message>
      <source>Order: the prefecture's list, kind, who fails first; who holds out for 24 hours comes last.</source>
      <translation>順位：都道府県の一覧、種別、先に尽きる順。24時間以上もつ施設は最後。</translation>
    </message>
    <message>
      <source>Other</source>
      <translation>その他</translation>
    </message>
    <message>
      <source>Other device</source>
      <translation>その他の機器</translation>
    </message>
    <message>
      <source>Others</source>
      <translation>その他</translation>
    </message>
    <message>
      <source>Outage</source>
      <translation>停電</translation>
    </message>
    <message>
      <source>Outage (no readings arrive)</source>
      <translation>停電（応答なし）</translation>
    </message>
    <message>
      <source>Outage areas</source>
      <translation>停電区域</translation>
    </message>
    <message>
      <source>Outage areas of the utility</source>
      <translation>電力会社の停電範囲</translation>
    </message>
    <message>
      <source>Outage by mesh</source>
      <translation>メッシュ停電率</translation>
    </message>
    <message>
      <source>Outage confirmed</source>
      <translation>停電を確認</translation>
    </message>
    <message>
      <source>Outage history</source>
      <translation>停電履歴</translation>
    </message>
    <message>
      <source>Outage history: {joined} of {listed} towns of the first snapshot lie in the municipalities and have homes.</source>
      <translation>停電履歴: 最初の時点に載る {listed} 町のうち {joined} 町が対象市町村にあり、住宅があります。</translation>
    </message>
    <message>
      <source>Outage information (通電情報)</source>
      <translation>通電情報</translation>
    </message>
    <message>
      <source>Outage list (通電情報)</source>
      <translation>通電情報</translation>
    </message>
    <message>
      <source>Outage list (通電情報) of {time}</source>
      <translation>通電情報 {time}</translation>
    </message>
    <message>
      <source>Outage list, readings with マスタ情報 and statistics of the municipality: checked, registered at once.</source>
      <translation>自治体全域の通電情報、電力データとマスタ情報、統計を、点検してまとめて登録します。</translation>
    </message>
    <message>
      <source>Outage or lost connection: not known</source>
      <translation>停電か通信断か不明</translation>
    </message>
    <message>
      <source>Outage over time</source>
      <translation>停電の推移</translation>
    </message>
    <message>
      <source>Outage publications</source>
      <translation>通電情報の公開回数</translation>
    </message>
    <message>
      <source>Outage rate (0–1)</source>
      <translation>停電率（0～1）</translation>
    </message>
    <message>
      <source>Outage rate (meters silent for 12 hours)</source>
      <translation>停電率（12時間以上応答なし）</translation>
    </message>
    <message>
      <source>Outage rate (meters silent for 12 hours); wards instead of their city</source>
      <translation>停電率（12時間以上応答なし）市は区別に表示</translation>
    </message>
    <message>
      <source>Outage rate (silent since the event, by readings)</source>
      <translation>停電率（電力データで発災後応答なし）</translation>
    </message>
    <message>
      <source>Outage rate (silent since the event, by readings); wards instead of their city</source>
      <translation>停電率（電力データで発災後応答なし）市は区別に表示</translation>
    </message>
    <message>
      <source>Outage rate by area</source>
      <translation>区域別停電率</translation>
    </message>
    <message>
      <source>Outage rate by mesh</source>
      <translation>メッシュ別停電率</translation>
    </message>
    <message>
      <source>Outage rate by mesh or area, or acquisition gaps: then the powered shelters nearest to areas where more than half of the meters are silent are ranked for opening.</source>
      <translation>メッシュ別・区域別停電率、またはデータの途絶のレイヤ。計器の半数以上が応答しない地域に最も近い通電中の施設を、開設を検討する順に示します。</translation>
    </message>
    <message>
      <source>Outage rate class</source>
      <translation>停電率の階級</translation>
    </message>
    <message>
      <source>Outlook</source>
      <translation>見通し</translation>
    </message>
    <message>
      <source>Outlook for {then} ({hours} h after the data end, {time}): {expected} (80 % interval {bounds}) of {now} meters of all voltages still dark</source>
      <translation>{then}の停電の見通し（データの終わり{time}から{hours}時間後、全電圧の計器）：{now}台のうち{expected}台（80％区間 {bounds}）が停電の見込み</translation>
    </message>
    <message>
      <source>Outlook of the outage</source>
      <translation>停電の見通し</translation>
    </message>
    <message>
      <source>Outlook unknown: {count} of {total} areas</source>
      <translation>見通しが不明：{total}区域のうち{count}区域</translation>
    </message>
    <message>
      <source>Outlook: meters still dark</source>
      <translation>停電の見通し（まだ停電している計器数）</translation>
    </message>
    <message>
      <source>Outlook: nothing can be foreseen</source>
      <translation>停電の見通し：見通せません</translation>
    </message>
    <message>
      <source>Outside all areas, or no place</source>
      <translation>区域の外・位置不明</translation>
    </message>
    <message>
      <source>Own desk</source>
      <translation>自治体の窓口</translation>
    </message>
    <message>
      <source>Own id</source>
      <translation>独自ID</translation>
    </message>
    <message>
      <source>Oxygen concentrator</source>
      <translation>酸素濃縮装置</translation>
    </message>
    <message>
      <source>PDF, one page a person</source>
      <translation>PDF（1人1ページ）</translation>
    </message>
    <message>
      <source>PDF, one page an applicant</source>
      <translation>PDF（申請者1人につき1ページ）</translation>
    </message>
    <message>
      <source>PNG picture</source>
      <translation>PNG 画像</translation>
    </message>
    <message>
      <source>PRACTICE DATA</source>
      <translation>訓練データ</translation>
    </message>
    <message>
      <source>Packages</source>
      <translation>パッケージ</translation>
    </message>
    <message>
      <source>Packages Are Missing…</source>
      <translation>必要なパッケージがありません…</translation>
    </message>
    <message>
      <source>Packages and exports that are with others</source>
      <translation>他者の手元にあるパッケージなどの数</translation>
    </message>
    <message>
      <source>Packages of Python</source>
      <translation>Python のパッケージ</translation>
    </message>
    <message>
      <source>Page of the PDF</source>
      <translation>PDF のページ</translation>
    </message>
    <message>
      <source>Page that needs no network (HTML)</source>
      <translation>通信の要らない画面（HTML）</translation>
    </message>
    <message>
      <source>Pages</source>
      <translation>ページ数</translation>
    </message>
    <message>
      <source>Paper</source>
      <translation>用紙</translation>
    </message>
    <message>
      <source>Parameters</source>
      <translation>パラメータ</translation>
    </message>
    <message>
      <source>Parquet cannot be read or written here.</source>
      <translation>このパソコンでは Parquet を読み書きできません。</translation>
    </message>
    <message>
      <source>Part the people to help among their supporters (UC4)</source>
      <translation>要支援者を支援者ごとに分担（UC④）</translation>
    </message>
    <message>
      <source>Parted by</source>
      <translation>分け方</translation>
    </message>
    <message>
      <source>Passable</source>
      <translation>通行可</translation>
    </message>
    <message>
      <source>Passphrases</source>
      <translation>合言葉</translation>
    </message>
    <message>
      <source>Past maps looked at</source>
      <translation>検証した過去の地図</translation>
    </message>
    <message>
      <source>Peacetime for comparison (days, or dates)</source>
      <translation>比較する平常時（日数、または日付）</translation>
    </message>
    <message>
      <source>Peacetime rate (0–1)</source>
      <translation>平常時の率（0～1）</translation>
    </message>
    <message>
      <source>People</source>
      <translation>在・不在</translation>
    </message>
    <message>
      <source>People (personal data)</source>
      <translation>人（個人データ）</translation>
    </message>
    <message>
      <source>People away for long</source>
      <translation>長期不在の人数</translation>
    </message>
    <message>
      <source>People in the order of calls</source>
      <translation>連絡する順の名簿</translation>
    </message>
    <message>
      <source>People in the order of urgency</source>
      <translation>優先順位順の要支援者一覧</translation>
    </message>
    <message>
      <source>People not reached</source>
      <translation>連絡がつかない人</translation>
    </message>
    <message>
      <source>People of the case were found in {place}.</source>
      <translation>案件の個人の情報が {place} に見つかりました。</translation>
    </message>
    <message>
      <source>People on devices</source>
      <translation>医療機器使用者</translation>
    </message>
    <message>
      <source>People on powered devices</source>
      <translation>医療機器使用者の一覧</translation>
    </message>
    <message>
      <source>People on powered devices (number: order of calls)</source>
      <translation>医療機器使用者（数字は連絡の順）</translation>
    </message>
    <message>
      <source>People on powered devices at home</source>
      <translation>在宅医療機器使用者</translation>
    </message>
    <message>
      <source>People on powered devices {count}: {counts}</source>
      <translation>在宅医療機器使用者 {count} 人：{counts}</translation>
    </message>
    <message>
      <source>People on the list</source>
      <translation>名簿の人数</translation>
    </message>
    <message>
      <source>People to help</source>
      <translation>要支援者</translation>
    </message>
    <message>
      <source>People to help: {answered} of {people} answered, need help {help}, not reached {lost}</source>
      <translation>要支援者 {people} 人：応答あり {answered}、支援が必要 {help}、連絡がつかない {lost}</translation>
    </message>
    <message>
      <source>People who are looked after (見守り対象者).</source>
      <translation>見守り対象者のリストです。</translation>
    </message>
    <message>
      <source>People who have nobody in the list</source>
      <translation>担当者のない人</translation>
    </message>
    <message>
      <source>People who need help</source>
      <translation>支援が必要な人</translation>
    </message>
    <message>
      <source>People who need support</source>
      <translation>要支援者</translation>
    </message>
    <message>
      <source>People who need support, by pole (most urgent on top)</source>
      <translation>避難行動要支援者の在・不在（電柱ごと、最も急ぐものが上）</translation>
    </message>
    <message>
      <source>People who need support: presence (number: priority)</source>
      <translation>避難行動要支援者の在・不在（数字：優先順位）</translation>
    </message>
    <message>
      <source>People whose battery may end within six hours</source>
      <translation>6時間以内に電池が尽きるおそれのある人数</translation>
    </message>
    <message>
      <source>People whose battery may have ended</source>
      <translation>電池が尽きたおそれのある人数</translation>
    </message>
    <message>
      <source>People whose supply point stands at another address</source>
      <translation>供給地点が別の住所のものの人数</translation>
    </message>
    <message>
      <source>People with an answer</source>
      <translation>回答のある人</translation>
    </message>
    <message>
      <source>People with power</source>
      <translation>通電している人数</translation>
    </message>
    <message>
      <source>People without coordinates</source>
      <translation>座標がない人数</translation>
    </message>
    <message>
      <source>People without power whose battery lasts longer</source>
      <translation>停電しているが電池がまだもつ人数</translation>
    </message>
    <message>
      <source>People without readings in the case</source>
      <translation>案件に電力データがない人数</translation>
    </message>
    <message>
      <source>Perhaps isolated: {groups} groups, {areas} settlements</source>
      <translation>孤立のおそれ {groups} か所（{areas} 集落）</translation>
    </message>
    <message>
      <source>Period</source>
      <translation>期間</translation>
    </message>
    <message>
      <source>Period of use</source>
      <translation>利用期間</translation>
    </message>
    <message>
      <source>Periodic delivery may last {years} years at most; {begin} to {end} is longer. Bring the end forward.</source>
      <translation>定期の提供期間は最大 {years} 年です（{begin}～{end} は超えています）。終わりを早めてください。</translation>
    </message>
    <message>
      <source>Person</source>
      <translation>対象者</translation>
    </message>
    <message>
      <source>Personal data</source>
      <translation>個人データ</translation>
    </message>
    <message>
      <source>Personal data are of single contracts; statistics are counts in which nobody can be identified.</source>
      <translation>個人データは契約ごとのデータ、統計データは個人を特定できない集計値です。</translation>
    </message>
    <message>
      <source>Personal data provided under Article 34 of the Electricity Business Act: for this purpose only, not to be copied; destroy it when use ends.</source>
      <translation>電気事業法第34条に基づき提供を受けた個人情報です。目的外利用・複製を禁じ、利用終了後は廃棄してください。</translation>
    </message>
    <message>
      <source>Personal data: for this purpose only, destroy it when use ends.</source>
      <translation>個人情報です。目的外に利用せず、利用終了後は廃棄してください。</translation>
    </message>
    <message>
      <source>Personal data: handle with care</source>
      <translation>取扱注意（個人データ）</translation>
    </message>
    <message>
      <source>Phone number</source>
      <translation>電話番号</translation>
    </message>
    <message>
      <source>Photo</source>
      <translation>写真</translation>
    </message>
    <message>
      <source>Picture of the figures over time: PNG, or SVG by the file's ending. What is not known is hatched.</source>
      <translation>数値の推移の図です。拡張子により PNG か SVG になります。不明なところは斜線で示します。</translation>
    </message>
    <message>
      <source>Pictures of curves</source>
      <translation>使用量の図</translation>
    </message>
    <message>
      <source>Place in the plan</source>
      <translation>見通しの地区名</translation>
    </message>
    <message>
      <source>Place not known</source>
      <translation>場所が不明</translation>
    </message>
    <message>
      <source>Places of the case (Tomoshibi)</source>
      <translation>案件の場所（灯）</translation>
    </message>
    <message>
      <source>Places where one was found</source>
      <translation>見つかった場所の数</translation>
    </message>
    <message>
      <source>Plan visits by when people are at home (UC7)</source>
      <translation>見守り訪問計画の作成（UC⑦）</translation>
    </message>
    <message>
      <source>Planned time has passed: ask</source>
      <translation>見込みの日時を過ぎている（要確認）</translation>
    </message>
    <message>
      <source>Point that misses most</source>
      <translation>最もずれた点</translation>
    </message>
    <message>
      <source>Points known on both</source>
      <translation>位置のわかる点</translation>
    </message>
    <message>
      <source>Points used</source>
      <translation>使った点</translation>
    </message>
    <message>
      <source>Points, lines or polygons.</source>
      <translation>点、線、ポリゴンのいずれでもかまいません。</translation>
    </message>
    <message>
      <source>Points. Of lines and polygons, a point that lies on them decides the square.</source>
      <translation>点のレイヤです。線やポリゴンは、その上にある1点の位置のメッシュになります。</translation>
    </message>
    <message>
      <source>Polygons of municipalities or wards. Their name must be the 住所 of the statistics; rows that find no polygon are named in the log and left off the map. A city and its wards are never added up.</source>
      <translation>市区町村または行政区のポリゴン。名称は統計の「住所」と同じにしてください。対応するポリゴンがない行はログに示し、地図には載せません。市と区は合算しません。</translation>
    </message>
    <message>
      <source>Polygons of settlements (大字, 集落): one community each.</source>
      <translation>集落のポリゴン（大字・集落など）。1つが1集落です。</translation>
    </message>
    <message>
      <source>Polygons of the areas that the plan names: districts, settlements.</source>
      <translation>見通しに名前が載る地区・集落のポリゴン。</translation>
    </message>
    <message>
      <source>Polygons of the hazard or of the area to be evacuated. Left empty, the area counts for nothing.</source>
      <translation>危険区域または避難対象区域のポリゴン。空欄なら区域は順位に影響しません。</translation>
    </message>
    <message>
      <source>Polygons that the newest event hit, where it hit only there: elsewhere, evidence from before it still counts. Left empty, it hit everywhere.</source>
      <translation>最後の発生が一部の区域に限られる場合の、その区域のポリゴン。区域の外では、それより前の証拠がそのまま有効です。空欄なら全域で発生したものとします。</translation>
    </message>
    <message>
      <source>Polygons that the utility gave, or that were traced on its map. To trace on a PDF or picture, lay it under the layers first with “Lay the utility's map under the layers”.</source>
      <translation>電力会社から受け取った、またはその地図からなぞったポリゴン。PDF や画像からなぞるときは、先に「電力会社の地図をレイヤの下に敷く」で敷いてください。</translation>
    </message>
    <message>
      <source>Polygons to search, for instance an evacuation area. Left empty, everywhere.</source>
      <translation>捜索する範囲のポリゴン（避難指示区域など）。空欄なら全域です。</translation>
    </message>
    <message>
      <source>Polygons to tell the counts by: districts. Left empty, grid squares.</source>
      <translation>集計する区域（地区）のポリゴン。空欄の場合はメッシュごとに集計します。</translation>
    </message>
    <message>
      <source>Polygons to tell the gaps by: small areas, districts. Left empty, grid squares.</source>
      <translation>集計する地区のポリゴン（町丁・字、地区など）。空欄ならメッシュで集計します。</translation>
    </message>
    <message>
      <source>Polygons to tell the outlook by. Left empty, the whole municipality alone.</source>
      <translation>見通しを示す区域のポリゴン。空欄なら全体だけを示します。</translation>
    </message>
    <message>
      <source>Polygons to tell the recovery by: districts. Left empty, grid squares.</source>
      <translation>復旧・復興の状況を示す地区のポリゴン。空欄ならメッシュで示します。</translation>
    </message>
    <message>
      <source>Polygons to tell the totals by. Left empty, the whole municipality alone.</source>
      <translation>集計する地区のポリゴン。空欄なら市町村全体だけを集計します。</translation>
    </message>
    <message>
      <source>Polygons, e.g. school districts: each becomes a page with its own figures. Left empty: one page.</source>
      <translation>学校区などのポリゴン。1つが1ページになり、集計もページごとに行います。空にすると1ページです。</translation>
    </message>
    <message>
      <source>Polygons; only squares that overlap them are made, and stay whole. Left empty, all of the area.</source>
      <translation>このポリゴンに重なるメッシュだけを作ります（形は切りません）。空欄なら範囲のすべてです。</translation>
    </message>
    <message>
      <source>Population mesh</source>
      <translation>人口メッシュ</translation>
    </message>
    <message>
      <source>Possibly the same as row</source>
      <translation>同じ人かもしれない行</translation>
    </message>
    <message>
      <source>Postcode</source>
      <translation>郵便番号</translation>
    </message>
    <message>
      <source>Power</source>
      <translation>通電状況</translation>
    </message>
    <message>
      <source>Power at facilities</source>
      <translation>避難所等の通電</translation>
    </message>
    <message>
      <source>Power at shelters and key facilities</source>
      <translation>避難所・重要施設の通電状況</translation>
    </message>
    <message>
      <source>Power back by</source>
      <translation>復旧見込</translation>
    </message>
    <message>
      <source>Power back from</source>
      <translation>復旧見込（開始）</translation>
    </message>
    <message>
      <source>Power back within a day</source>
      <translation>1日以内に復旧</translation>
    </message>
    <message>
      <source>Power back within a week</source>
      <translation>1週間以内に復旧</translation>
    </message>
    <message>
      <source>Power back within three days</source>
      <translation>3日以内に復旧</translation>
    </message>
    <message>
      <source>Power back, as the plan says</source>
      <translation>復旧見込（計画の記載）</translation>
    </message>
    <message>
      <source>Power confirmed</source>
      <translation>通電を確認</translation>
    </message>
    <message>
      <source>Power is back (by the plan)</source>
      <translation>復旧済み（見通しの記載）</translation>
    </message>
    <message>
      <source>Power needed (kVA)</source>
      <translation>必要な容量（kVA）</translation>
    </message>
    <message>
      <source>Power needed by kind (kVA)</source>
      <translation>種別ごとに必要な容量（kVA）</translation>
    </message>
    <message>
      <source>Power of facilities</source>
      <translation>施設の通電状況</translation>
    </message>
    <message>
      <source>Power of facilities and isolated communities, {time}</source>
      <translation>施設の通電状況と孤立の疑いがある集落（{time}）</translation>
    </message>
    <message>
      <source>Power of the truck (kVA)</source>
      <translation>電源車の容量（kVA）</translation>
    </message>
    <message>
      <source>Power was back by</source>
      <translation>復旧実績</translation>
    </message>
    <message>
      <source>Power-supply trucks</source>
      <translation>電源車</translation>
    </message>
    <message>
      <source>Power-supply trucks (proposal)</source>
      <translation>電源車の配置案</translation>
    </message>
    <message>
      <source>Power-supply trucks: proposal (square: truck, arrow: where it is needed)</source>
      <translation>電源車の配置案（■ 電源車 → 必要先）</translation>
    </message>
    <message>
      <source>Powered</source>
      <translation>通電</translation>
    </message>
    <message>
      <source>Powered at {time}, before the event of {event}; nothing certain since</source>
      <translation>{event}の発生前の{time}には通電。その後は確かなデータなし</translation>
    </message>
    <message>
      <source>Powered in part</source>
      <translation>一部通電</translation>
    </message>
    <message>
      <source>Practice aggregator</source>
      <translation>訓練用集約システム</translation>
    </message>
    <message>
      <source>Practice mode</source>
      <translation>訓練モード</translation>
    </message>
    <message>
      <source>Practice mode is on, but the case is not marked as a drill (訓練).</source>
      <translation>訓練モードになっていますが、案件は「訓練」になっていません。</translation>
    </message>
    <message>
      <source>Practice mode: only the practice aggregator on this computer is used, and its data are invented.</source>
      <translation>訓練モード：このパソコン上の訓練用集約システムだけを使います。データは架空のものです。</translation>
    </message>
    <message>
      <source>Prefecture</source>
      <translation>都道府県</translation>
    </message>
    <message>
      <source>Prefecture, utility or desk to which the list goes. It stands in the ledger.</source>
      <translation>一覧を渡す都道府県、一般送配電事業者、窓口など。台帳に残ります。</translation>
    </message>
    <message>
      <source>Preparing…</source>
      <translation>準備しています…</translation>
    </message>
    <message>
      <source>Presence</source>
      <translation>在・不在</translation>
    </message>
    <message>
      <source>Presence and residents' list</source>
      <translation>在・不在と住民リスト</translation>
    </message>
    <message>
      <source>Presence by dwelling (rings: one pole)</source>
      <translation>住戸ごとの在・不在（環は同じ電柱）</translation>
    </message>
    <message>
      <source>Presence by half-hour</source>
      <translation>30分ごとの在・不在</translation>
    </message>
    <message>
      <source>Presence by pole (larger: more dwellings; most urgent on top)</source>
      <translation>電柱ごとの在・不在（大きさ＝住戸数）</translation>
    </message>
    <message>
      <source>Presence unknown</source>
      <translation>在・不在が不明</translation>
    </message>
    <message>
      <source>Print as a drill</source>
      <translation>訓練として印刷</translation>
    </message>
    <message>
      <source>Print as a real disaster</source>
      <translation>実災害として印刷</translation>
    </message>
    <message>
      <source>Print every result of the case as PDF</source>
      <translation>案件の結果をすべて地図帳票（PDF）にします</translation>
    </message>
    <message>
      <source>Printed page (PDF)</source>
      <translation>印刷用の1ページ（PDF）</translation>
    </message>
    <message>
      <source>Printed: {file}</source>
      <translation>作成しました：{file}</translation>
    </message>
    <message>
      <source>Priority</source>
      <translation>優先順位</translation>
    </message>
    <message>
      <source>Priority facilities</source>
      <translation>重要施設リスト</translation>
    </message>
    <message>
      <source>Problem</source>
      <translation>問題</translation>
    </message>
    <message>
      <source>Problems found</source>
      <translation>見つかった問題の数</translation>
    </message>
    <message>
      <source>Problems of the row</source>
      <translation>行の問題</translation>
    </message>
    <message>
      <source>Problems, one a line</source>
      <translation>問題（1行に1つ）</translation>
    </message>
    <message>
      <source>Project</source>
      <translation>プロジェクト</translation>
    </message>
    <message>
      <source>Projects in the database (one line each)</source>
      <translation>データベースのプロジェクト（1行に1つ）</translation>
    </message>
    <message>
      <source>Propose where power-supply trucks go</source>
      <translation>電源車の配置案を作成</translation>
    </message>
    <message>
      <source>Provided under Article 34 of the Electricity Business Act. For disaster response only.</source>
      <translation>電気事業法第34条に基づく提供データ。災害対応に限り利用。</translation>
    </message>
    <message>
      <source>Provisional figures (速報)</source>
      <translation>速報値</translation>
    </message>
    <message>
      <source>Provisional figures still grow until the 15th of the month after next.</source>
      <translation>速報値は翌々月15日ごろまで増えます。</translation>
    </message>
    <message>
      <source>Proxy: none set in QGIS; the settings of the system hold.</source>
      <translation>プロキシ：QGIS では未設定です。OS の設定に従います。</translation>
    </message>
    <message>
      <source>Proxy: {host}:{port} ({kind}, {account})</source>
      <translation>プロキシ：{host}:{port}（{kind}、{account}）</translation>
    </message>
    <message>
      <source>Publish to PostGIS</source>
      <translation>PostGISへ公開</translation>
    </message>
    <message>
      <source>Published {time}. 100 %: the same month a year before. Dashed: provisional figures (速報).</source>
      <translation>{time} 公表。100 %：前年同月と同じ。破線：速報値</translation>
    </message>
    <message>
      <source>Purpose of use</source>
      <translation>利用目的</translation>
    </message>
    <message>
      <source>Purpose: {purpose} · terms of use: {terms} · period of use: {begin} – {end} · answers for the use: {operator}</source>
      <translation>利用目的：{purpose}　利用規約：{terms}　利用期間：{begin}～{end}　利用責任者：{operator}</translation>
    </message>
    <message>
      <source>Put the restoration plan on the map</source>
      <translation>復旧見通しを地図に表示</translation>
    </message>
    <message>
      <source>QGIS authentication configuration (Basic) with the user id and passphrase. Left empty: TOMOSHIBI_USER and TOMOSHIBI_PASSPHRASE of the environment, then the configuration in the settings.</source>
      <translation>利用者IDとパスフレーズを入れたQGISの認証設定（基本認証）です。空欄なら、環境変数 TOMOSHIBI_USER と TOMOSHIBI_PASSPHRASE、次に設定の認証設定を使います。</translation>
    </message>
    <message>
      <source>QGIS could not write the result. Check that the disk has room and that no other program holds the file, then run again; until then do not use what the file holds.</source>
      <translation>QGISが結果を書き込めませんでした。ディスクに空きがあるか、ほかのプログラムがファイルを開いていないかを確かめて、もう一度実行してください。それまでは、このファイルの中身を使わないでください。</translation>
    </message>
    <message>
      <source>Quiet hours</source>
      <translation>静穏時間帯</translation>
    </message>
    <message>
      <source>REAL DISASTER</source>
      <translation>実災害</translation>
    </message>
    <message>
      <source>Rank</source>
      <translation>順位</translation>
    </message>
    <message>
      <source>Reached without it: {addresses}</source>
      <translation>プロキシを使わない接続先：{addresses}</translation>
    </message>
    <message>
      <source>Read results…</source>
      <translation>結果を読み込む…</translation>
    </message>
    <message>
      <source>Read the situation</source>
      <translation>状況を読み込む</translation>
    </message>
    <message>
      <source>Reading (kWh in 30 minutes)</source>
      <translation>30分電力量（kWh）</translation>
    </message>
    <message>
      <source>Reading a week before (kWh in 30 minutes)</source>
      <translation>前週同時刻の使用量（kWh／30分）</translation>
    </message>
    <message>
      <source>Reading a year before, same weekday (kWh in 30 minutes)</source>
      <translation>1年前の同じ曜日の使用量（kWh/30分）</translation>
    </message>
    <message>
      <source>Reading received until {time}</source>
      <translation>{time} まで電力データを受信</translation>
    </message>
    <message>
      <source>Reading the lists…</source>
      <translation>リストを読み込んでいます…</translation>
    </message>
    <message>
      <source>Reading the list…</source>
      <translation>一覧を取得しています…</translation>
    </message>
    <message>
      <source>Readings</source>
      <translation>電力データ</translation>
    </message>
    <message>
      <source>Readings (電力データ)</source>
      <translation>電力データ</translation>
    </message>
    <message>
      <source>Readings (電力データ) are missing between received days: {days}. On these days silence is unknown, not outage.</source>
      <translation>電力データのうち、受け取った日の間の次の日がありません：{days}。この日に値がないことは不明であり、停電を意味しません。</translation>
    </message>
    <message>
      <source>Readings (電力データ) in steps of {minutes} minutes are missing between received days: {days}. On these days the silence of meters that come in these steps only is unknown, not outage.</source>
      <translation>受け取った日の間に、{minutes}分刻みの電力データのない日があります：{days}。これらの日、この刻みだけで届く計器の応答なしは、停電ではなく不明です。</translation>
    </message>
    <message>
      <source>Readings (電力データ) until {time}</source>
      <translation>電力データ ～{time}</translation>
    </message>
    <message>
      <source>Readings in steps of {minutes} minutes: {rows} row(s).</source>
      <translation>{minutes}分刻みの電力データ：{rows}行。</translation>
    </message>
    <message>
      <source>Readings of meters of which the municipality is not known</source>
      <translation>市町村が分からない計器の電力データの件数</translation>
    </message>
    <message>
      <source>Readings used</source>
      <translation>使用した検針値の数</translation>
    </message>
    <message>
      <source>Readings written</source>
      <translation>書き出した電力データの件数</translation>
    </message>
    <message>
      <source>Reading…</source>
      <translation>読み込んでいます…</translation>
    </message>
    <message>
      <source>Ready</source>
      <translation>準備済み</translation>
    </message>
    <message>
      <source>Reason</source>
      <translation>理由</translation>
    </message>
    <message>
      <source>Recognised by its content</source>
      <translation>内容から判断</translation>
    </message>
    <message>
      <source>Recovery</source>
      <translation>復旧</translation>
    </message>
    <message>
      <source>Red line: the event ({day}).</source>
      <translation>赤線：発災（{day}）。</translation>
    </message>
    <message>
      <source>Reference (kWh in 30 minutes)</source>
      <translation>基準値（30分、kWh）</translation>
    </message>
    <message>
      <source>Refresh</source>
      <translation>更新</translation>
    </message>
    <message>
      <source>Refresh Automatically</source>
      <translation>自動更新</translation>
    </message>
    <message>
      <source>Refresh Now</source>
      <translation>今すぐ更新</translation>
    </message>
    <message>
      <source>Refresh the case</source>
      <translation>案件を更新</translation>
    </message>
    <message>
      <source>Refreshed {time}</source>
      <translation>更新 {time}</translation>
    </message>
    <message>
      <source>Refreshing…</source>
      <translation>更新中…</translation>
    </message>
    <message>
      <source>Refused</source>
      <translation>不可</translation>
    </message>
    <message>
      <source>Register again</source>
      <translation>登録し直す</translation>
    </message>
    <message>
      <source>Register all again</source>
      <translation>すべて登録し直す</translation>
    </message>
    <message>
      <source>Register contractors</source>
      <translation>特定契約者を登録</translation>
    </message>
    <message>
      <source>Register data conditions</source>
      <translation>データ提供条件を登録</translation>
    </message>
    <message>
      <source>Register matched rows</source>
      <translation>一致した行を登録</translation>
    </message>
    <message>
      <source>Register {count} condition(s)</source>
      <translation>{count}件を登録</translation>
    </message>
    <message>
      <source>Registered</source>
      <translation>登録済み</translation>
    </message>
    <message>
      <source>Registered and in the case</source>
      <translation>登録済みで案件にもあるもの</translation>
    </message>
    <message>
      <source>Registered as {id}.</source>
      <translation>{id} として登録しました。</translation>
    </message>
    <message>
      <source>Registered at</source>
      <translation>登録日時</translation>
    </message>
    <message>
      <source>Registered by hand</source>
      <translation>手作業で登録した</translation>
    </message>
    <message>
      <source>Registered contractors</source>
      <translation>特定契約者</translation>
    </message>
    <message>
      <source>Registered contractors only</source>
      <translation>特定契約者のみ</translation>
    </message>
    <message>
      <source>Registered on the LG-WAN screen</source>
      <translation>LG-WANの画面で登録した</translation>
    </message>
    <message>
      <source>Registered, not in the case</source>
      <translation>登録があり案件にないもの</translation>
    </message>
    <message>
      <source>Registered: {count}, rejected: {rejected}. Links from facilities to supply points: {links}.</source>
      <translation>登録：{count} 件、却下：{rejected} 件。施設と供給地点の対応：{links} 件</translation>
    </message>
    <message>
      <source>Registered: {count}. In both: {both}, only in the case: {here}, only registered: {there}.</source>
      <translation>登録：{count} 件。両方：{both}、案件のみ：{here}、登録のみ：{there}</translation>
    </message>
    <message>
      <source>Registrations deleted</source>
      <translation>削除した登録</translation>
    </message>
    <message>
      <source>Relay failed since</source>
      <translation>中継局の故障の開始</translation>
    </message>
    <message>
      <source>Relay known from data until</source>
      <translation>中継局の故障を示すデータの時点</translation>
    </message>
    <message>
      <source>Relay seen failed until</source>
      <translation>中継局の故障を確認した最後の時刻</translation>
    </message>
    <message>
      <source>Remove</source>
      <translation>外す</translation>
    </message>
    <message>
      <source>Replaced in the case: {kinds}.</source>
      <translation>案件のものを置き換えます：{kinds}</translation>
    </message>
    <message>
      <source>Report (HTML)</source>
      <translation>状況報告（HTML）</translation>
    </message>
    <message>
      <source>Report of the disposal</source>
      <translation>破棄報告</translation>
    </message>
    <message>
      <source>Report the disposal</source>
      <translation>電力データの破棄を報告</translation>
    </message>
    <message>
      <source>Report the situation in figures</source>
      <translation>状況報告を作成（数値の1ページ）</translation>
    </message>
    <message>
      <source>Request</source>
      <translation>要請</translation>
    </message>
    <message>
      <source>Request and Dispose</source>
      <translation>申請・廃棄</translation>
    </message>
    <message>
      <source>Request and period of use</source>
      <translation>要請と利用期間</translation>
    </message>
    <message>
      <source>Requests and arrivals</source>
      <translation>要請と到着</translation>
    </message>
    <message>
      <source>Residence before the event</source>
      <translation>発災前の居住実態</translation>
    </message>
    <message>
      <source>Residents' list</source>
      <translation>対象者の一覧</translation>
    </message>
    <message>
      <source>Response</source>
      <translation>対応</translation>
    </message>
    <message>
      <source>Response at</source>
      <translation>対応日時</translation>
    </message>
    <message>
      <source>Response by</source>
      <translation>対応者</translation>
    </message>
    <message>
      <source>Responses kept from before</source>
      <translation>引き継いだ対応状況の件数</translation>
    </message>
    <message>
      <source>Restoration plan</source>
      <translation>復旧見通し</translation>
    </message>
    <message>
      <source>Restoration plan of the utility</source>
      <translation>一般送配電事業者の復旧見通し</translation>
    </message>
    <message>
      <source>Restoration plan {file}</source>
      <translation>復旧見通し {file}</translation>
    </message>
    <message>
      <source>Result</source>
      <translation>照合結果</translation>
    </message>
    <message>
      <source>Result (tick one)</source>
      <translation>結果（1つに印）</translation>
    </message>
    <message>
      <source>Result list of the screens</source>
      <translation>画面の結果リスト</translation>
    </message>
    <message>
      <source>Result list of 契約照合</source>
      <translation>契約照合の結果リスト</translation>
    </message>
    <message>
      <source>Result of matching</source>
      <translation>照合の結果</translation>
    </message>
    <message>
      <source>Results</source>
      <translation>結果</translation>
    </message>
    <message>
      <source>Results about people are looked at on the screen only: lists, sheets and files of them are refused.</source>
      <translation>個人に関する結果は画面での確認に限り、一覧・地図・ファイルの出力を断ります。</translation>
    </message>
    <message>
      <source>Results about people may be printed and exported again. Make sure that this is allowed.</source>
      <translation>個人に関する結果の印刷・持ち出しができるようになりました。許可されていることを確認してください。</translation>
    </message>
    <message>
      <source>Results of the case that are printed behind the first page, in this order. Those that were not made yet are left out and named.</source>
      <translation>1ページ目の後に印刷する案件の結果（この順）。まだ作成していないものは省き、名前を挙げます。</translation>
    </message>
    <message>
      <source>Results of “Show which shelters have power” and “Find communities that may be isolated”, one or both. Left empty, those in layers.gpkg of the case.</source>
      <translation>「避難所などの通電状況を表示」と「孤立のおそれがある集落を抽出」の結果の一方または両方です。空欄なら、案件の layers.gpkg にある結果を使います。</translation>
    </message>
    <message>
      <source>Results that the case does not hold (one line each)</source>
      <translation>案件にない結果（1行に1つ）</translation>
    </message>
    <message>
      <source>Right</source>
      <translation>正しい</translation>
    </message>
    <message>
      <source>Rights</source>
      <translation>権限</translation>
    </message>
    <message>
      <source>Road access</source>
      <translation>道路の通行</translation>
    </message>
    <message>
      <source>Roads</source>
      <translation>道路</translation>
    </message>
    <message>
      <source>Roads to measure the way to the nearest powered facility by; closures are not known to it.</source>
      <translation>最寄りの通電施設までの道のりを測る道路。通行止めは考慮しません。</translation>
    </message>
    <message>
      <source>Roads, as further evidence: a settlement whose roads out all meet a hazard is called cut off. Without roads and hazards, access stays unknown.</source>
      <translation>道路。集落から出る道路がすべて災害箇所にかかる場合に「寸断」とします。道路と災害箇所がなければ道路状況は不明です。</translation>
    </message>
    <message>
      <source>Roads: cut in part.</source>
      <translation>道路：一部途絶。</translation>
    </message>
    <message>
      <source>Roads: cut.</source>
      <translation>道路：途絶。</translation>
    </message>
    <message>
      <source>Roads: not known.</source>
      <translation>道路：不明。</translation>
    </message>
    <message>
      <source>Roads: open.</source>
      <translation>道路：通行可。</translation>
    </message>
    <message>
      <source>Room on the disk</source>
      <translation>ディスクの空き容量</translation>
    </message>
    <message>
      <source>Round</source>
      <translation>連絡順</translation>
    </message>
    <message>
      <source>Row</source>
      <translation>行</translation>
    </message>
    <message>
      <source>Row (do not change)</source>
      <translation>行の符号（変更しない）</translation>
    </message>
    <message>
      <source>Row of the list</source>
      <translation>リストの行</translation>
    </message>
    <message>
      <source>Row of the plan</source>
      <translation>見通しの行</translation>
    </message>
    <message>
      <source>Row {row}</source>
      <translation>{row} 件目</translation>
    </message>
    <message>
      <source>Row {row} of the plan, “{place}”: {reason}. {candidates}</source>
      <translation>見通しの {row} 行目「{place}」：{reason}。{candidates}</translation>
    </message>
    <message>
      <source>Row {row} of what was sent was rejected: {reason}</source>
      <translation>送った {row} 行目が却下されました：{reason}</translation>
    </message>
    <message>
      <source>Rows</source>
      <translation>行数</translation>
    </message>
    <message>
      <source>Rows in the CSV for 契約照合</source>
      <translation>契約照合用CSVの行数</translation>
    </message>
    <message>
      <source>Rows matched</source>
      <translation>一致した行</translation>
    </message>
    <message>
      <source>Rows not found</source>
      <translation>見つからなかった行</translation>
    </message>
    <message>
      <source>Rows of a list</source>
      <translation>リストの行</translation>
    </message>
    <message>
      <source>Rows of the list</source>
      <translation>リストの行数</translation>
    </message>
    <message>
      <source>Rows of the plan on the map</source>
      <translation>地図に示した行</translation>
    </message>
    <message>
      <source>Rows of the plan that fit no area</source>
      <translation>どの区域にも結び付かない行</translation>
    </message>
    <message>
      <source>Rows of the result list that belong to no row</source>
      <translation>どの行にも当たらない結果の行</translation>
    </message>
    <message>
      <source>Rows of “{list}”</source>
      <translation>「{list}」の行</translation>
    </message>
    <message>
      <source>Rows on the map that are done</source>
      <translation>復旧済みの行（地図上）</translation>
    </message>
    <message>
      <source>Rows on the map without a time</source>
      <translation>日時のない行</translation>
    </message>
    <message>
      <source>Rows published</source>
      <translation>公開した行</translation>
    </message>
    <message>
      <source>Rows rejected</source>
      <translation>取り込めなかった行数</translation>
    </message>
    <message>
      <source>Rows taken in</source>
      <translation>取り込んだ行数</translation>
    </message>
    <message>
      <source>Rows that are not known again with certainty</source>
      <translation>前と同じ行か確かでない行</translation>
    </message>
    <message>
      <source>Rows that came back as they were, or were taken over before</source>
      <translation>変わっていない、または取り込み済みの行</translation>
    </message>
    <message>
      <source>Rows that differ from what was there</source>
      <translation>既存の値と異なる行</translation>
    </message>
    <message>
      <source>Rows that fit no area</source>
      <translation>合う区域がない行</translation>
    </message>
    <message>
      <source>Rows that lie in none of the municipalities</source>
      <translation>どの市町村にも入らない行</translation>
    </message>
    <message>
      <source>Rows that somebody must look at</source>
      <translation>確認が要る行</translation>
    </message>
    <message>
      <source>Rows that the import had brought</source>
      <translation>その取り込みで入った行数</translation>
    </message>
    <message>
      <source>Rows that were there already</source>
      <translation>すでにあった行の数</translation>
    </message>
    <message>
      <source>Rows to be filled in</source>
      <translation>入力する行</translation>
    </message>
    <message>
      <source>Rows to be reviewed on the LG-WAN screen</source>
      <translation>LG-WANの画面で目視確認する行</translation>
    </message>
    <message>
      <source>Rows whose result is waited for</source>
      <translation>結果を待っている行</translation>
    </message>
    <message>
      <source>Rows with a problem</source>
      <translation>問題のある行</translation>
    </message>
    <message>
      <source>SECTIONS: “{line}” is not understood ({strange}). Write the section, a colon and names of results ({results}).</source>
      <translation>SECTIONS の「{line}」が分かりません（{strange}）。課の名前、コロン、結果の名前（{results}）の順に書いてください。</translation>
    </message>
    <message>
      <source>SIP4D-ZIP</source>
      <translation>SIP4D-ZIP</translation>
    </message>
    <message>
      <source>SIP4D-ZIP: no result was made that could be in it</source>
      <translation>SIP4D-ZIP：入れられる結果がまだ作られていません</translation>
    </message>
    <message>
      <source>SIP4D-ZIP: the address for questions (EMAIL) is missing, which the format requires</source>
      <translation>SIP4D-ZIP：形式に必要な問い合わせ先のアドレス（EMAIL）がありません</translation>
    </message>
    <message>
      <source>SVG drawing</source>
      <translation>SVG 図</translation>
    </message>
    <message>
      <source>Sat</source>
      <translation>土</translation>
    </message>
    <message>
      <source>Say who told it (BY): an office or a name.</source>
      <translation>確認者（BY）に部署または氏名を入れてください。</translation>
    </message>
    <message>
      <source>Scenario folder</source>
      <translation>シナリオのフォルダ</translation>
    </message>
    <message>
      <source>Schema</source>
      <translation>スキーマ</translation>
    </message>
    <message>
      <source>Scope of 通電情報</source>
      <translation>通電情報の対象</translation>
    </message>
    <message>
      <source>Score</source>
      <translation>評点</translation>
    </message>
    <message>
      <source>Score a drill</source>
      <translation>訓練を採点</translation>
    </message>
    <message>
      <source>Scores</source>
      <translation>採点結果</translation>
    </message>
    <message>
      <source>Search in all columns</source>
      <translation>すべての列を検索</translation>
    </message>
    <message>
      <source>Secondary mesh codes</source>
      <translation>二次メッシュコード</translation>
    </message>
    <message>
      <source>Secondary meshes</source>
      <translation>二次メッシュ</translation>
    </message>
    <message>
      <source>Seconds from registering a condition until its data are published.</source>
      <translation>条件を登録してからデータが公開されるまでの秒数です。</translation>
    </message>
    <message>
      <source>Sections and their results</source>
      <translation>課と、それぞれの結果</translation>
    </message>
    <message>
      <source>Seed</source>
      <translation>乱数の種</translation>
    </message>
    <message>
      <source>Send for matching</source>
      <translation>照合に送る</translation>
    </message>
    <message>
      <source>Send the file back as it is; leave the first column alone. Delete it when the use ends.</source>
      <translation>ファイルはそのまま返送してください。1列目は変更しないでください。利用が終わったら削除してください。</translation>
    </message>
    <message>
      <source>Servers running</source>
      <translation>動いているサーバーの数</translation>
    </message>
    <message>
      <source>Settlements</source>
      <translation>集落・地区</translation>
    </message>
    <message>
      <source>Settlements dark for a shorter time are left out: the power may be back soon.</source>
      <translation>途絶がこの時間に満たない集落は除きます（まもなく復電することがあるため）。</translation>
    </message>
    <message>
      <source>Settlements or districts (大字, 集落, 公民館区).</source>
      <translation>集落や地区（大字、集落、公民館区）のポリゴンです。</translation>
    </message>
    <message>
      <source>Settlements that may be isolated (road cut–all)</source>
      <translation>孤立のおそれのある集落（道路寸断～全体）</translation>
    </message>
    <message>
      <source>Share</source>
      <translation>共有</translation>
    </message>
    <message>
      <source>Share of it</source>
      <translation>その割合</translation>
    </message>
    <message>
      <source>Share of neighbours with power</source>
      <translation>通電している隣接計器の割合</translation>
    </message>
    <message>
      <source>Share of silent meters</source>
      <translation>応答のない計器の割合</translation>
    </message>
    <message>
      <source>Share of silent meters (0–1)</source>
      <translation>応答のない計器の割合（0～1）</translation>
    </message>
    <message>
      <source>Share of the areas (0 to 1) whose relay fails while their power is on. No data tell them from areas without power, so results are wrong there. Left empty, the scenario's own.</source>
      <translation>通電しているのに中継装置の故障で通信が途絶える区域の割合（0～1）。データからは停電と区別できないため、そこでは結果が誤ります。空欄ならシナリオ本来の割合です。</translation>
    </message>
    <message>
      <source>Share of the plan (100,000 L in 72 h)</source>
      <translation>計画（72時間で100,000 L）比</translation>
    </message>
    <message>
      <source>Share of the plan's fuel</source>
      <translation>計画の燃料に対する割合</translation>
    </message>
    <message>
      <source>Share that feeds in (0–1)</source>
      <translation>逆潮流のある割合（0～1）</translation>
    </message>
    <message>
      <source>Share without power (0–1)</source>
      <translation>停電の割合（0～1）</translation>
    </message>
    <message>
      <source>Sharing level (SIP4D)</source>
      <translation>公開範囲（SIP4D）</translation>
    </message>
    <message>
      <source>Sheet</source>
      <translation>帳票</translation>
    </message>
    <message>
      <source>Sheet of the workbook that holds the list.</source>
      <translation>リストが入っているシート。</translation>
    </message>
    <message>
      <source>Sheets are printed in the window, which waits meanwhile: no process could be started for it ({reason}).</source>
      <translation>帳票はこのウィンドウで印刷します。印刷用の別プロセスを開始できなかったため（{reason}）、その間は操作できません。</translation>
    </message>
    <message>
      <source>Shelter power</source>
      <translation>避難所等の通電状況</translation>
    </message>
    <message>
      <source>Shelters</source>
      <translation>避難所</translation>
    </message>
    <message>
      <source>Shelters and key facilities, as for “Show which shelters have power”.</source>
      <translation>避難所・重要施設（UC①と同じもの）。</translation>
    </message>
    <message>
      <source>Shelters and key facilities, as for “Show which shelters have power”. Where the case keeps none either, they are left out.</source>
      <translation>「避難所などの通電状況を表示」と同じ、避難所や重要施設です。案件にもない場合は省きます。</translation>
    </message>
    <message>
      <source>Shelters, clinics, waterworks: a layer, CSV (UTF-8, UTF-16, Shift_JIS) or XLSX. GSI shelter data and the municipal standard CSV are understood as they are; otherwise name the columns facility_id, name, kind, capacity, lat, lon, address.</source>
      <translation>避難所、診療所、水道施設など。レイヤ、CSV（UTF-8、UTF-16、Shift_JIS）またはXLSX。国土地理院の指定避難所データと自治体標準オープンデータセットはそのまま読めます。それ以外は列名を facility_id、name、kind、capacity、lat、lon、address にしてください。</translation>
    </message>
    <message>
      <source>Shelters, hospitals, waterworks: layer, CSV or XLSX.</source>
      <translation>避難所、病院、水道施設などのレイヤ、CSV、XLSX です。</translation>
    </message>
    <message>
      <source>Shikoku Electric Power Transmission &amp; Distribution</source>
      <translation>四国電力送配電</translation>
    </message>
    <message>
      <source>Show rows</source>
      <translation>行を見る</translation>
    </message>
    <message>
      <source>Show the situation of the case: how old its data are, the numbers, the next step</source>
      <translation>案件の状況を表示します。データの新しさ、主な数字、次にすること</translation>
    </message>
    <message>
      <source>Show what is in a case</source>
      <translation>案件の中身を表示</translation>
    </message>
    <message>
      <source>Show what the work said, line by line</source>
      <translation>処理の記録を1行ずつ表示します</translation>
    </message>
    <message>
      <source>Show what will be sent</source>
      <translation>送信内容を確認</translation>
    </message>
    <message>
      <source>Show whether homes were lived in before the event (UC8)</source>
      <translation>発災前の居住実態の確認（UC⑧）</translation>
    </message>
    <message>
      <source>Show which shelters have power (UC1)</source>
      <translation>避難所などの通電状況を表示（UC①）</translation>
    </message>
    <message>
      <source>Shrunk towards the person's and everybody's habit: few weeks make no certainty</source>
      <translation>本人と全員の傾向に寄せた割合です（少ない週数で断定しません）</translation>
    </message>
    <message>
      <source>Signs</source>
      <translation>記号</translation>
    </message>
    <message>
      <source>Silent</source>
      <translation>応答なし</translation>
    </message>
    <message>
      <source>Silent at another time than dark poles beside it</source>
      <translation>周囲の停電した電柱とは別の時刻から応答なし</translation>
    </message>
    <message>
      <source>Silent at the end of the data, by readings</source>
      <translation>電力データで応答なし（最新時点）</translation>
    </message>
    <message>
      <source>Silent for 12 h</source>
      <translation>12時間応答なし</translation>
    </message>
    <message>
      <source>Silent from – to</source>
      <translation>途絶の期間</translation>
    </message>
    <message>
      <source>Silent meters</source>
      <translation>応答なしの計器数</translation>
    </message>
    <message>
      <source>Silent meters (readings)</source>
      <translation>応答のない計器（電力データ）</translation>
    </message>
    <message>
      <source>Silent meters are not the same as homes without power, and unknown is not power. Check what the maps behind say before acting.</source>
      <translation>検針できない計器の数は停電戸数と同じではありません。「不明」は通電を意味しません。対応の前に、後ろの地図の注記を確認してください。</translation>
    </message>
    <message>
      <source>Silent meters at the pole</source>
      <translation>同じ電柱の応答のない計器数</translation>
    </message>
    <message>
      <source>Silent meters it would serve</source>
      <translation>最寄りとなる応答のない計器数</translation>
    </message>
    <message>
      <source>Silent meters over time</source>
      <translation>応答のない計器数の推移</translation>
    </message>
    <message>
      <source>Silent since a relay failed: may have power</source>
      <translation>中継局の故障と同時に応答なし（通電の可能性）</translation>
    </message>
    <message>
      <source>Silent since its neighbours' outage</source>
      <translation>周囲の停電時から応答なし</translation>
    </message>
    <message>
      <source>Silent since the event</source>
      <translation>発災時から応答なし</translation>
    </message>
    <message>
      <source>Silent since the event (readings)</source>
      <translation>発生後に検針のない計器（電力データ）</translation>
    </message>
    <message>
      <source>Silent with power / meters</source>
      <translation>通電中に途絶／計器数</translation>
    </message>
    <message>
      <source>Silent with power behind a failed relay</source>
      <translation>中継局の故障で応答なし、実は通電（計器数）</translation>
    </message>
    <message>
      <source>Since the event</source>
      <translation>発災後の推移</translation>
    </message>
    <message>
      <source>Since {time}: {changes}</source>
      <translation>前回（{time}）から：{changes}</translation>
    </message>
    <message>
      <source>Situation</source>
      <translation>状況</translation>
    </message>
    <message>
      <source>Situation Dock</source>
      <translation>状況パネル</translation>
    </message>
    <message>
      <source>Situation in figures</source>
      <translation>状況報告</translation>
    </message>
    <message>
      <source>Size (MB)</source>
      <translation>サイズ (MB)</translation>
    </message>
    <message>
      <source>Size of the squares in which dark meters outside all areas are brought together.</source>
      <translation>どの範囲にも入らない停電した計器をまとめるメッシュの大きさ。</translation>
    </message>
    <message>
      <source>Small areas</source>
      <translation>小地域</translation>
    </message>
    <message>
      <source>So long the meter must have stayed silent while its neighbours sent readings. Longer is surer, and later.</source>
      <translation>隣接する計器が応答している間、この時間以上応答がないこと。長いほど確実ですが、分かるのが遅くなります。</translation>
    </message>
    <message>
      <source>Some characters could not be read (wrong encoding). Save the list as CSV UTF-8, or as XLSX.</source>
      <translation>読めない文字があります（文字コードの誤り）。CSV UTF-8 または XLSX で保存し直してください。</translation>
    </message>
    <message>
      <source>Some meters have power</source>
      <translation>一部は通電</translation>
    </message>
    <message>
      <source>Somebody holds rows or tables of the database {place}: a program there has begun to change them and not ended. Have it saved or closed, then run again. Nothing of this step was changed there.</source>
      <translation>データベース {place} の行または表を、ほかのプログラムが変更の途中のまま押さえています。そのプログラムで保存するか閉じてから、もう一度実行してください。この段階ではデータベースを何も変更していません。</translation>
    </message>
    <message>
      <source>Something came on on {days} days as a thermostat or a timer does, at all hours or always alike: no sign of life, and no proof of absence. Ask for other proof.</source>
      <translation>{days}日に使用がありましたが、時間帯を問わない、または毎回同じ動きで、サーモスタットやタイマーと見分けられません。居住の形跡とも不在の証拠ともいえないため、ほかの資料で確認してください。</translation>
    </message>
    <message>
      <source>Soon: road cut in part</source>
      <translation>早め：道路一部寸断</translation>
    </message>
    <message>
      <source>Soon: road not known</source>
      <translation>早め：道路状況不明</translation>
    </message>
    <message>
      <source>Source</source>
      <translation>出典</translation>
    </message>
    <message>
      <source>Sources</source>
      <translation>データの出所</translation>
    </message>
    <message>
      <source>Sources: {sources}</source>
      <translation>出典：{sources}</translation>
    </message>
    <message>
      <source>Specified contractors only</source>
      <translation>特定契約者フラグ</translation>
    </message>
    <message>
      <source>Squares of 10 km. All meshes inside those named here are provided.</source>
      <translation>10 km四方の二次メッシュです。ここに挙げた二次メッシュの中のメッシュがすべて提供されます。</translation>
    </message>
    <message>
      <source>Standard API: fetched by this plugin. LG-WAN: fetched by hand on the aggregator's screen.</source>
      <translation>標準APIはこのプラグインで取得します。LG-WAN は集約システムの画面から手作業で取得します。</translation>
    </message>
    <message>
      <source>Start</source>
      <translation>開始</translation>
    </message>
    <message>
      <source>State</source>
      <translation>状態</translation>
    </message>
    <message>
      <source>State as of {time}; dark by the data, whose end the sheet tells.</source>
      <translation>状態は{time}時点。停電はデータによります（データの終わりは図面に記載）。</translation>
    </message>
    <message>
      <source>State of the work</source>
      <translation>作業の状況</translation>
    </message>
    <message>
      <source>Statements that were right</source>
      <translation>正しかった判定</translation>
    </message>
    <message>
      <source>Statements that were wrong</source>
      <translation>誤っていた判定</translation>
    </message>
    <message>
      <source>Statistics</source>
      <translation>統計データ</translation>
    </message>
    <message>
      <source>Statistics (統計データ) came empty: {which}. The map stands at the figures of {day} and says nothing of the time after them. Ask the operator of the aggregator, or register the condition again.</source>
      <translation>空の統計データが届きました：{which}。この地図は {day} の数値によるもので、その後のことは分かりません。集約システムの運用者に確認するか、条件を登録し直してください。</translation>
    </message>
    <message>
      <source>Statistics (通電計器数)</source>
      <translation>統計（通電計器数）</translation>
    </message>
    <message>
      <source>Statistics (通電計器数; 電圧分類 {voltage}, エリア単位区分 {kind}) are missing between received days: {days}.</source>
      <translation>通電計器数（電圧分類 {voltage}、エリア単位区分 {kind}）のうち、受け取った日の間の次の日がありません：{days}。</translation>
    </message>
    <message>
      <source>Statistics are registered for each voltage class by itself; several are registered together here.</source>
      <translation>統計データは電圧分類ごとに別の登録が必要です。ここでは選んだ分をまとめて登録します。</translation>
    </message>
    <message>
      <source>Statistics by</source>
      <translation>集計単位</translation>
    </message>
    <message>
      <source>Statistics of energised meters (通電計器数), {time}</source>
      <translation>統計データ（通電計器数）{time}</translation>
    </message>
    <message>
      <source>Statistics of meters (計器数分析), until {time}</source>
      <translation>計器数分析（{time} まで）</translation>
    </message>
    <message>
      <source>Statistics of several cell sizes were received ({sizes} m); those of {metres} m are mapped.</source>
      <translation>複数の大きさ（{sizes} m）の統計を受け取っています。{metres} mのものを地図にします。</translation>
    </message>
    <message>
      <source>Statistics of use (順潮流), published {time}</source>
      <translation>順潮流電力量の統計（{time} 公表）</translation>
    </message>
    <message>
      <source>Statistics table</source>
      <translation>集計表</translation>
    </message>
    <message>
      <source>Statistics tables</source>
      <translation>集計表</translation>
    </message>
    <message>
      <source>Status</source>
      <translation>状態</translation>
    </message>
    <message>
      <source>Step</source>
      <translation>段階</translation>
    </message>
    <message>
      <source>Step (hours)</source>
      <translation>ステップ（時間）</translation>
    </message>
    <message>
      <source>Steps</source>
      <translation>ステップ数</translation>
    </message>
    <message>
      <source>Steps of the readings</source>
      <translation>電力データの刻み</translation>
    </message>
    <message>
      <source>Still dark among neighbours with power: {count} meters</source>
      <translation>周囲は復電済みで停電が続く計器 {count} 台</translation>
    </message>
    <message>
      <source>Still there: {place} ({reason}).</source>
      <translation>残っています：{place}（{reason}）</translation>
    </message>
    <message>
      <source>Stock (L)</source>
      <translation>備蓄量・残量（L）</translation>
    </message>
    <message>
      <source>Stock seen at</source>
      <translation>残量を確認した時刻</translation>
    </message>
    <message>
      <source>Stop</source>
      <translation>停止</translation>
    </message>
    <message>
      <source>Stop Refreshing</source>
      <translation>自動更新を止める</translation>
    </message>
    <message>
      <source>Stop this work; what is complete is kept</source>
      <translation>処理を中止します。完了した分は残ります</translation>
    </message>
    <message>
      <source>Stopped by the user.</source>
      <translation>利用者が中止しました。</translation>
    </message>
    <message>
      <source>Stopped.</source>
      <translation>中止しました。</translation>
    </message>
    <message>
      <source>Stopped. What was made stays.</source>
      <translation>中止しました。できあがったものは残っています。</translation>
    </message>
    <message>
      <source>Stopping after this page…</source>
      <translation>このページで中止します…</translation>
    </message>
    <message>
      <source>Stopping…</source>
      <translation>中止しています…</translation>
    </message>
    <message>
      <source>Struck at</source>
      <translation>発生日時</translation>
    </message>
    <message>
      <source>Such as 病院=200, 避難所=45: what each facility of a kind needs. Left empty, the own peak that “Tell how long critical facilities last” found in the case; where that is unknown, the nearest truck is proposed.</source>
      <translation>例：病院=200, 避難所=45。その種別の施設が必要とする容量です。空欄なら、案件にある「重要施設の残り時間」の最大需要を使い、それも分からなければ最寄りの車を提案します。</translation>
    </message>
    <message>
      <source>Suction unit</source>
      <translation>吸引器</translation>
    </message>
    <message>
      <source>Summary</source>
      <translation>要約</translation>
    </message>
    <message>
      <source>Summed up to {metres} m squares (masked cells left out)</source>
      <translation>{metres} m メッシュに合算（秘匿は除く）</translation>
    </message>
    <message>
      <source>Sun</source>
      <translation>日</translation>
    </message>
    <message>
      <source>Supply point</source>
      <translation>供給地点特定番号</translation>
    </message>
    <message>
      <source>Supply point found by</source>
      <translation>供給地点の特定方法</translation>
    </message>
    <message>
      <source>Supply points</source>
      <translation>供給地点</translation>
    </message>
    <message>
      <source>Supply points in the contract master</source>
      <translation>マスタ情報の地点数</translation>
    </message>
    <message>
      <source>Supply to low-voltage and to high-voltage customers, and what solar panels feed in where that helps.</source>
      <translation>低圧と高圧の供給。役に立つ場合は、太陽光などの受電（逆潮流）も求めます。</translation>
    </message>
    <message>
      <source>Support asked for</source>
      <translation>支援の要請</translation>
    </message>
    <message>
      <source>Support asked for and arrived</source>
      <translation>支援の要請・到着（電源車と燃料）</translation>
    </message>
    <message>
      <source>Support, by priority</source>
      <translation>避難支援</translation>
    </message>
    <message>
      <source>Supporter (避難支援等実施者)</source>
      <translation>避難支援等実施者</translation>
    </message>
    <message>
      <source>Sure</source>
      <translation>確実</translation>
    </message>
    <message>
      <source>Suspected from meters that fell silent and stayed silent: confirm before acting.</source>
      <translation>検針が途絶え、途絶え続けている計器からの推定です。必ず確認のうえ対応してください。</translation>
    </message>
    <message>
      <source>Suspected isolation: how soon to go (number: order)</source>
      <translation>孤立のおそれ：緊急度（数字は順位）</translation>
    </message>
    <message>
      <source>TEPCO Power Grid</source>
      <translation>東京電力パワーグリッド</translation>
    </message>
    <message>
      <source>Table of the conditions that are registered, one row each.</source>
      <translation>登録されているデータ提供条件の表です（1行に1件）。</translation>
    </message>
    <message>
      <source>Table of the rows, by default in the case folder. It holds personal data: keep it nowhere else.</source>
      <translation>行の表。既定は案件フォルダの中です。個人データを含むので、ほかの場所に置かないでください。</translation>
    </message>
    <message>
      <source>Table with one row a measure; empty where a measure has no meaning for the data.</source>
      <translation>1行が1つの指標の表です。データに対して意味を持たない指標は空欄です。</translation>
    </message>
    <message>
      <source>Table with one row for each item: what is there, of when, or what to do.</source>
      <translation>項目ごとに、有無、いつのものか、するべきことを示す表です。</translation>
    </message>
    <message>
      <source>Table with one row for every file that differs from the ledger, and every place where the ledger itself was changed; by default it is not made.</source>
      <translation>台帳と違うファイル、台帳そのものが変更された箇所を1行ずつ示す表。既定では作りません。</translation>
    </message>
    <message>
      <source>Tables published</source>
      <translation>公開した表</translation>
    </message>
    <message>
      <source>Take all from a folder</source>
      <translation>フォルダからまとめて取り込む</translation>
    </message>
    <message>
      <source>Take all from a folder…</source>
      <translation>フォルダからまとめて取り込む…</translation>
    </message>
    <message>
      <source>Take back an import</source>
      <translation>取り込みを取り消す</translation>
    </message>
    <message>
      <source>Take it from the map, from a layer, or draw it. What is asked for are the 10 km squares (二次メッシュ) that it touches; they are listed below and shown on the map.</source>
      <translation>地図の範囲やレイヤから選ぶか、地図上に描きます。求めるのは、その範囲にかかる10 km四方の二次メッシュです。下の一覧と地図に示します。</translation>
    </message>
    <message>
      <source>Take out</source>
      <translation>案件から外すもの</translation>
    </message>
    <message>
      <source>Take over what came back from the field</source>
      <translation>現地の入力を取り込む</translation>
    </message>
    <message>
      <source>Take the case as it is</source>
      <translation>このまま使う</translation>
    </message>
    <message>
      <source>Taken as</source>
      <translation>取り込む種類</translation>
    </message>
    <message>
      <source>Taken by</source>
      <translation>対応者</translation>
    </message>
    <message>
      <source>Taking back an import of {folder} was ended on its way. Run “Take back an import” (undoimport) once more; it goes on where it stopped.</source>
      <translation>{folder} の取り込みの取り消しが途中で止まっています。「取り込みを取り消す」（undoimport）をもう一度実行すると、続きから行います。</translation>
    </message>
    <message>
      <source>Taking in again: import {id}, {count} file(s) …</source>
      <translation>取り込み直しています：取り込み {id}（{count} ファイル）…</translation>
    </message>
    <message>
      <source>Tell how long critical facilities last</source>
      <translation>重要施設の残り時間を表示</translation>
    </message>
    <message>
      <source>Temporary layers are lost when the project of the case is opened: {layers}.</source>
      <translation>案件のプロジェクトを開くと、一時レイヤが失われます：{layers}</translation>
    </message>
    <message>
      <source>Terms of use</source>
      <translation>利用規約</translation>
    </message>
    <message>
      <source>Terms {letter} (利用規約)</source>
      <translation>利用規約{letter}</translation>
    </message>
    <message>
      <source>Test connection</source>
      <translation>接続を確認</translation>
    </message>
    <message>
      <source>Text for a mail</source>
      <translation>メール用のテキスト</translation>
    </message>
    <message>
      <source>The Dask cluster {address} could not work on a block ({kind}). Look into the logs of its workers, or empty “Cluster” in the options to work on this computer.</source>
      <translation>Dask クラスター {address} が一部の計器を処理できませんでした（{kind}）。ワーカーのログを確認するか、設定の「クラスター」を空にしてこのパソコンで処理してください。</translation>
    </message>
    <message>
      <source>The Dask cluster {address} has no workers. Start some (docs/cluster.md says how), or empty “Cluster” in the options to work on this computer.</source>
      <translation>Dask クラスター {address} にワーカーがありません。ワーカーを起動するか（手順は docs/cluster.md）、設定の「クラスター」を空にしてこのパソコンで処理してください。</translation>
    </message>
    <message>
      <source>The Dask cluster {address} was lost while it worked: no worker or no scheduler is left. Nothing was changed. Start it again and repeat the run, or empty “Cluster” in the options to work on this computer.</source>
      <translation>処理中に Dask クラスター {address} が失われました（ワーカーまたはスケジューラーが残っていません）。案件は変更されていません。クラスターを起動し直して再度実行するか、設定の「クラスター」を空にしてこのパソコンで処理してください。</translation>
    </message>
    <message>
      <source>The GSI tile server does not answer; the sheets are drawn without a base map.</source>
      <translation>地理院タイルのサーバーが応答しません。背景地図なしで帳票を作ります。</translation>
    </message>
    <message>
      <source>The SIP4D-ZIP lacks what the format requires: {items}. This is a fault of the plugin: please report it.</source>
      <translation>SIP4D-ZIP に必要な項目が足りません：{items}。プラグインの不具合です。お知らせください。</translation>
    </message>
    <message>
      <source>The access “{state}” of area {area} is not known. Use cut, partly, open or unknown.</source>
      <translation>区域 {area} の道路の状態「{state}」は使えません。cut、partly、open、unknown のいずれかにしてください。</translation>
    </message>
    <message>
      <source>The account is not active until the request (要請) has been accepted. Ask the utility how it stands.</source>
      <translation>要請が受理されるまで、このアカウントは使えません。受理の状況を一般送配電事業者に確認してください。</translation>
    </message>
    <message>
      <source>The address is blank: no automatic match.</source>
      <translation>住所が空欄です。自動では一致しません。</translation>
    </message>
    <message>
      <source>The address of the aggregator holds an account. Take it out; accounts go into QGIS’s authentication.</source>
      <translation>接続先にアカウントが含まれています。取り除いてください。アカウントは QGIS の認証設定に登録します。</translation>
    </message>
    <message>
      <source>The address of the aggregator is not known. Give it as a parameter, as TOMOSHIBI_BASE_URL of the environment, or in the settings.</source>
      <translation>電力データ集約システムの接続先が分かりません。メニュー「設定」の「接続先」に入力してください（パラメータか環境変数 TOMOSHIBI_BASE_URL でも指定できます）。</translation>
    </message>
    <message>
      <source>The address of the aggregator is not set: enter it in the options.</source>
      <translation>集約システムのアドレスが設定されていません。オプションで入力してください。</translation>
    </message>
    <message>
      <source>The address of the aggregator must look like https://name/path. Correct it in the settings.</source>
      <translation>電力データ集約システムの接続先は https://名前/パス の形で指定してください。設定で直してください。</translation>
    </message>
    <message>
      <source>The address {host} is plain HTTP, so anyone on the way could read the data. Use https://.</source>
      <translation>接続先 {host} は暗号化されない HTTP のため、途中で読まれるおそれがあります。https:// を使ってください。</translation>
    </message>
    <message>
      <source>The addresses of {count} facilities and of their supply points (マスタ情報) name towns that cannot be compared: whether the list of links is right there is not known.</source>
      <translation>{count}件の施設と供給地点（マスタ情報）の住所は町名を比べられません。そこの対応づけが正しいかは分かりません。</translation>
    </message>
    <message>
      <source>The aggregator at {host}</source>
      <translation>電力データ集約システム（{host}）</translation>
    </message>
    <message>
      <source>The aggregator does not accept account and passphrase. Enter them again in the settings.</source>
      <translation>利用者IDまたはパスフレーズが正しくありません。設定で入力し直してください。</translation>
    </message>
    <message>
      <source>The aggregator does not have what was asked for ({code} {text}). It may have been deleted, or be another municipality’s; with a first call, check the address.</source>
      <translation>指定したものが電力データ集約システムにありません（{code} {text}）。削除されたか、他の自治体のものです。初めての接続であれば接続先を確認してください。</translation>
    </message>
    <message>
      <source>The aggregator has no list {id} any more.</source>
      <translation>リスト {id} は電力データ集約システムにもうありません。</translation>
    </message>
    <message>
      <source>The aggregator knows the account and issued a token.</source>
      <translation>集約システムがアカウントを確認し、トークンを発行しました。</translation>
    </message>
    <message>
      <source>The aggregator refused: {status} {code} {text}. Tell its operator if it lasts.</source>
      <translation>電力データ集約システムに拒否されました（{status} {code} {text}）。続く場合は運用窓口へ連絡してください。</translation>
    </message>
    <message>
      <source>The aggregator rejected the condition ({items}). Correct it and register again.</source>
      <translation>データ提供条件が受け付けられませんでした（{items}）。修正して登録し直してください。</translation>
    </message>
    <message>
      <source>The answer of {host} has no usable “{key}”. Compare the profile with the interface documents.</source>
      <translation>{host} の応答に「{key}」がないか、値が使えません。接続プロファイルをインターフェース設計書と照合してください。</translation>
    </message>
    <message>
      <source>The answer to the registration was lost, but condition {id} stands in the list: it is registered.</source>
      <translation>登録の応答は失われましたが、条件 {id} が一覧にあります。登録されています。</translation>
    </message>
    <message>
      <source>The answer to the registration was lost, but its {count} contract(s) stand in the server’s list: they are registered. The id of the list is not known here.</source>
      <translation>登録の応答を受け取れませんでしたが、{count} 件の契約がサーバーの一覧にあります。登録は済んでいます。リストのIDはこちらでは分かりません。</translation>
    </message>
    <message>
      <source>The area layer has no field “{field}”. Choose the field with the area code.</source>
      <translation>区域レイヤにフィールド「{field}」がありません。区域コードのフィールドを選んでください。</translation>
    </message>
    <message>
      <source>The area of an event in case.json is no polygon. Enter it again with “Change case”.</source>
      <translation>case.json にある発生区域がポリゴンではありません。「案件を変更」で入力し直してください。</translation>
    </message>
    <message>
      <source>The area of the event holds no polygon. Choose another layer, or leave it empty.</source>
      <translation>発生区域のレイヤにポリゴンがありません。別のレイヤを選ぶか、空欄にしてください。</translation>
    </message>
    <message>
      <source>The area with most need comes first; the rows add up to the whole. Unknown is neither power nor an outage.</source>
      <translation>対応の必要が大きい区域から順に並べています。各行を足すと全体になります。「不明」は、通電でも停電でもありません。</translation>
    </message>
    <message>
      <source>The areas have no field {field}. Choose the field that holds the area code.</source>
      <translation>区域ポリゴンにフィールド {field} がありません。区域コードのフィールドを選んでください。</translation>
    </message>
    <message>
      <source>The authentication configuration {id} cannot be opened or has no user id and passphrase. Enter QGIS's master password, and choose a configuration of the kind “Basic”.</source>
      <translation>認証設定 {id} を開けないか、利用者IDとパスフレーズが入っていません。QGISのマスターパスワードを入力し、「基本認証」の設定を選んでください。</translation>
    </message>
    <message>
      <source>The capacity of {count} trucks is not known: they are sent last ({names}).</source>
      <translation>{count} 台は容量が分からないため、最後に回します（{names}）。</translation>
    </message>
    <message>
      <source>The case folder {folder} cannot be written ({reason}). Choose a folder you may write to.</source>
      <translation>案件フォルダ {folder} に書き込めません（{reason}）。書き込めるフォルダを選んでください。</translation>
    </message>
    <message>
      <source>The case forbids printing and carrying away results about people: no document was written, the result is to be looked at on the screen.</source>
      <translation>この案件では個人に関する結果の印刷・持ち出しが禁止されているため、文書は出力していません。結果は画面で確認してください。</translation>
    </message>
    <message>
      <source>The case gives the name, the boundary and areas of the background, and the ledger. Left empty, only the layers are drawn.</source>
      <translation>案件名、背景の境界と区域、台帳に使います。空にするとレイヤだけを描きます。</translation>
    </message>
    <message>
      <source>The case has no boundary and areas (context.gpkg): the project has no background.</source>
      <translation>案件に境界と区域（context.gpkg）がないため、プロジェクトに背景がありません。</translation>
    </message>
    <message>
      <source>The case has no import {id}. The last ones are: {names}.</source>
      <translation>この案件に取り込み {id} はありません。最近の取り込み：{names}</translation>
    </message>
    <message>
      <source>The case has no layer “{layer}”; it is not scored.</source>
      <translation>案件にレイヤ「{layer}」がないため、採点しません。</translation>
    </message>
    <message>
      <source>The case has no list of whom to help. Run “List whom to help evacuate first” (evacuationsupport).</source>
      <translation>案件に支援する人の一覧がありません。「優先して避難を支援する人の一覧」（evacuationsupport）を実行してください。</translation>
    </message>
    <message>
      <source>The case has no list “{name}”.</source>
      <translation>案件にリスト「{name}」がありません。</translation>
    </message>
    <message>
      <source>The case has no list “{name}”. It has: {names}</source>
      <translation>案件にリスト「{name}」がありません。あるリスト：{names}</translation>
    </message>
    <message>
      <source>The case has no name. Enter one.</source>
      <translation>案件の名称がありません。入力してください。</translation>
    </message>
    <message>
      <source>The case has no readings of the day before the event; home and away are not scored by day.</source>
      <translation>案件に発生前日の電力データがないため、在・不在の1日分の採点はしません。</translation>
    </message>
    <message>
      <source>The case has no マスタ情報 with coordinates. Ask for it with a condition of UC①, UC③ or UC⑤.</source>
      <translation>案件に座標付きのマスタ情報がありません。UC①・UC③・UC⑤の条件で求めてください。</translation>
    </message>
    <message>
      <source>The case holds data of the practice aggregator, which are invented: it stays a drill (訓練). Make another case for the real disaster.</source>
      <translation>案件には訓練用集約システムの架空のデータが入っているため、訓練のままです。実災害には別の案件を作成してください。</translation>
    </message>
    <message>
      <source>The case holds neither 通電情報 nor readings. Download what was published or import files first.</source>
      <translation>案件に通電情報も電力データもありません。先に公開データをダウンロードするか、ファイルを取り込んでください。</translation>
    </message>
    <message>
      <source>The case holds no data yet: register the data conditions and download.</source>
      <translation>案件にまだデータがありません。データ提供条件を登録し、データを受け取ってください。</translation>
    </message>
    <message>
      <source>The case holds no need yet. Run “Show which shelters have power” or “Find communities that may be isolated” first.</source>
      <translation>案件に必要先の結果がまだありません。先に「避難所などの通電状況を表示」か「孤立のおそれがある集落を抽出」を実行してください。</translation>
    </message>
    <message>
      <source>The case holds no proposal for trucks, and no request was entered: the list is empty. Run “Propose where power-supply trucks go” (powertrucks) first.</source>
      <translation>案件に電源車の配置案がなく、要請の入力もないため、一覧は空です。先に「電源車の配置案を作成」（powertrucks）を実行してください。</translation>
    </message>
    <message>
      <source>The case holds no proposal for trucks: whether the {count} id(s) of places in the requests (行き先ID) are right cannot be told, nor which places nobody has asked for yet. Run “Propose where power-supply trucks go” (powertrucks), then this again.</source>
      <translation>案件に電源車の配置案がありません。要請の行き先ID {count}件が正しいか、まだ要請していない行き先がどこかは分かりません。「電源車の配置案を作成」（powertrucks）を実行してから、もう一度実行してください。</translation>
    </message>
    <message>
      <source>The case holds no readings (電力データ) of these days. Choose others, or download them first.</source>
      <translation>案件に、この期間の電力データがありません。別の期間を選ぶか、先にダウンロードしてください。</translation>
    </message>
    <message>
      <source>The case holds no readings (電力データ). Download or import them first.</source>
      <translation>案件に電力データがありません。先にダウンロードするか、取り込んでください。</translation>
    </message>
    <message>
      <source>The case holds no readings before this moment. Download or import them, or choose a later moment.</source>
      <translation>この時刻より前の電力データが案件にありません。ダウンロードまたは取り込みを行うか、後の時刻を選んでください。</translation>
    </message>
    <message>
      <source>The case holds no readings of the week asked for. Choose a week inside the data, or download that week.</source>
      <translation>指定した週の電力データが案件にありません。データのある週を選ぶか、その週のデータをダウンロードしてください。</translation>
    </message>
    <message>
      <source>The case holds no readings of the {months} months before {day}. Register the conditions of UC8 for these days and download what is published.</source>
      <translation>{day} より前 {months} か月の電力データが案件にありません。UC⑧のデータ提供条件をこの期間で登録し、公開されたデータをダウンロードしてください。</translation>
    </message>
    <message>
      <source>The case holds no readings of this supply point.</source>
      <translation>この供給地点特定番号の電力データは案件にありません。</translation>
    </message>
    <message>
      <source>The case holds no result {theme}: it was not published.</source>
      <translation>案件に結果{theme}がないため、公開していません。</translation>
    </message>
    <message>
      <source>The case holds no results yet: the project shows its background only.</source>
      <translation>案件にはまだ結果がありません。プロジェクトには背景だけを表示します。</translation>
    </message>
    <message>
      <source>The case holds no statistics (通電計器数). Download or import them first (use case UC2).</source>
      <translation>案件に統計データ（通電計器数）がありません。先にダウンロードするか取り込んでください（UC②）。</translation>
    </message>
    <message>
      <source>The case holds no statistics of meters by mesh (計器数分析, 順潮流) of this voltage class. Register them (use case UC2 or UC9 with the table 計器数分析) and download what is published.</source>
      <translation>この案件には、この電圧分類のメッシュ別の計器数分析（順潮流）がありません。UC2またはUC9で集計表「計器数分析」を登録し、公開されたものを取得してください。</translation>
    </message>
    <message>
      <source>The case holds no statistics of use (順潮流電力量) of low voltage. Register the conditions of UC9 and download what is published, for the months now and the same months a year before.</source>
      <translation>案件フォルダに低圧の順潮流電力量の統計がありません。UC9のデータ提供条件を登録し、対象月と前年同月のファイルをダウンロードしてください。</translation>
    </message>
    <message>
      <source>The case is marked as a drill (訓練), but its data came from the real aggregator.</source>
      <translation>案件は「訓練」ですが、データは本物の集約システムから届いています。</translation>
    </message>
    <message>
      <source>The case keeps no areas. Add them with “Edit case” (AREAS), or choose polygons in “One page for each”.</source>
      <translation>案件に区域がありません。「案件の編集」（AREAS）で追加するか、「ページ分けのポリゴン」でポリゴンを選んでください。</translation>
    </message>
    <message>
      <source>The case keeps no facilities.</source>
      <translation>案件に施設が保存されていません。</translation>
    </message>
    <message>
      <source>The case keeps no list of contacts.</source>
      <translation>案件に連絡先の一覧がありません。</translation>
    </message>
    <message>
      <source>The case keeps no municipal boundary. Keep one in the case, or draw the area on the next page.</source>
      <translation>案件に行政界がありません。案件に保存するか、「ユースケースから新規」で範囲を指定してください。</translation>
    </message>
    <message>
      <source>The case keeps no past map of this period. Make maps first; they are kept by themselves.</source>
      <translation>この期間に作成した地図が案件に残っていません。先に地図を作成してください（作成すると自動で残ります）。</translation>
    </message>
    <message>
      <source>The case keeps no past outage rate that could be judged</source>
      <translation>検証できる過去の停電率の地図がありません</translation>
    </message>
    <message>
      <source>The case names a file outside its folder ({place}). It is left alone.</source>
      <translation>案件の中に、案件フォルダの外のファイルを指す記録があります（{place}）。そのファイルには触れません。</translation>
    </message>
    <message>
      <source>The case tells of no import that can be taken back (imports made by older versions were not noted).</source>
      <translation>この案件には、取り消せる取り込みの記録がありません（以前の版で取り込んだものは記録されていません）。</translation>
    </message>
    <message>
      <source>The case was created and is the current one.</source>
      <translation>案件を作成し、現在の案件にしました。</translation>
    </message>
    <message>
      <source>The case was not disposed of: the report says so. Run “Dispose of a case” (dispose) first.</source>
      <translation>案件は破棄されていません。報告にもそう書きます。先に「案件を破棄」（dispose）を実行してください。</translation>
    </message>
    <message>
      <source>The case was not published there yet. Name the schema (SCHEMA), e.g. noto2024.</source>
      <translation>この案件はまだそこに公開されていません。スキーマ（SCHEMA）を指定してください。例：noto2024</translation>
    </message>
    <message>
      <source>The case {case}</source>
      <translation>案件 {case}</translation>
    </message>
    <message>
      <source>The case {case} forbids printing and carrying away results about people (NO_EXPORT): nothing was written. Look at them on the screen; where the rule no longer holds, change it with “Change case” (editcase).</source>
      <translation>案件「{case}」では、個人に関する結果の印刷・持ち出しが禁止されています（NO_EXPORT）。何も出力していません。画面で確認してください。禁止が解かれた場合は「案件を変更」（editcase）で変更できます。</translation>
    </message>
    <message>
      <source>The case {case} was not made from this scenario ({scenario}), or not as a drill. Choose the folders that belong together.</source>
      <translation>案件「{case}」は、このシナリオ（{scenario}）から作られたものではないか、訓練として作られていません。対応するフォルダを指定してください。</translation>
    </message>
    <message>
      <source>The case {folder} holds links or special files that lead elsewhere: {links}. Nothing was read. Replace each by the folder or file itself, or delete it.</source>
      <translation>案件 {folder} に、別の場所を指すリンクまたは特殊なファイルがあります：{links}。何も読み込んでいません。それぞれを実際のフォルダやファイルに置き換えるか、削除してください。</translation>
    </message>
    <message>
      <source>The case {folder} was made by a newer version of Tomoshibi. Update the plugin.</source>
      <translation>案件 {folder} は新しい版の「灯」で作られています。プラグインを更新してください。</translation>
    </message>
    <message>
      <source>The case's own areas (公民館区, 大字) become the pages, where “One page for each” is left empty. Pages are named after them.</source>
      <translation>「ページ分けのポリゴン」を空欄にすると、案件の区域（公民館区、大字）ごとにページを作り、地区名を付けます。</translation>
    </message>
    <message>
      <source>The case; choose another one opened lately</source>
      <translation>案件。最近開いた別の案件を選べます</translation>
    </message>
    <message>
      <source>The cell size that was registered: 125 to 1000 m for low voltage, 5000 for high, 10000 for extra-high. Left empty, that of the statistics received, the finest where there are several.</source>
      <translation>登録したメッシュの大きさです。低圧は125～1000 m、高圧は5000 m、特別高圧は10000 mです。空欄なら受け取った統計の大きさ（複数あれば最も細かいもの）を使います。</translation>
    </message>
    <message>
      <source>The certificate of {host} cannot be trusted. Check the address and the computer’s clock; where your network has its own certificate authority, add it to QGIS’s authorities.</source>
      <translation>{host} の証明書を信頼できません。接続先とパソコンの時計を確認してください。庁内に独自の認証局がある場合は、QGIS の認証局に追加してください。</translation>
    </message>
    <message>
      <source>The certificate of {host} has expired or is not valid yet. Check the computer’s clock; if it is right, tell the aggregator’s operator.</source>
      <translation>{host} の証明書は有効期限が切れているか、まだ有効になっていません。パソコンの時計を確認してください。時計が正しい場合は、電力データ集約システムの運用者に連絡してください。</translation>
    </message>
    <message>
      <source>The certificate that answered is not one of {host}. Check the address; if it is right, something between answers in its place: tell your network’s administrator.</source>
      <translation>提示された証明書は {host} のものではありません。アドレスを確認してください。アドレスが正しい場合は、途中の機器が代わりに応答しています。ネットワーク管理者に連絡してください。</translation>
    </message>
    <message>
      <source>The chart shows {count} of {all} areas; the table has all.</source>
      <translation>グラフには {all} 区域のうち {count} 区域を示します。表には全区域があります。</translation>
    </message>
    <message>
      <source>The clip layer {layer} has no polygons. Choose another layer.</source>
      <translation>切り抜きレイヤ {layer} にポリゴンがありません。別のレイヤを指定してください。</translation>
    </message>
    <message>
      <source>The clock of this computer is {minutes} minutes off the aggregator's. Set it, or times will be wrong.</source>
      <translation>このコンピューターの時計は、電力データ集約システムと {minutes} 分ずれています。合わせないと時刻が正しくなりません。</translation>
    </message>
    <message>
      <source>The clocks agree.</source>
      <translation>時計は合っています。</translation>
    </message>
    <message>
      <source>The column {column} does not leave: masked figures could be worked out of it, or it is about single meters. Take it out of COLUMNS.</source>
      <translation>列 {column} は渡せません。秘匿の値が逆算できるか、一つ一つの計器に関わるためです。COLUMNS から除いてください。</translation>
    </message>
    <message>
      <source>The column {column} is about people. Name it with its result, for example {example}, where it is really needed.</source>
      <translation>列 {column} は個人に関わります。本当に要るときだけ、{example} のように結果の名前を付けて書いてください。</translation>
    </message>
    <message>
      <source>The comparison time {since} is not before {at}. Choose an earlier one.</source>
      <translation>比較する時点 {since} が {at} より前ではありません。より早い時点を選んでください。</translation>
    </message>
    <message>
      <source>The condition id “{id}” holds characters that no folder name may have. Tell the aggregator's operator.</source>
      <translation>条件ID「{id}」に、フォルダ名に使えない文字が含まれています。電力データ集約システムの運用者に連絡してください。</translation>
    </message>
    <message>
      <source>The condition lacks {items}. Add what is missing.</source>
      <translation>データ提供条件に {items} がありません。追加してください。</translation>
    </message>
    <message>
      <source>The condition was not registered: {reason} It does not stand in the server’s list. Register it again.</source>
      <translation>条件は登録されていません。{reason} サーバーの一覧にありません。もう一度登録してください。</translation>
    </message>
    <message>
      <source>The connection ended before {file} was complete.</source>
      <translation>{file} の受信が終わる前に接続が切れました。</translation>
    </message>
    <message>
      <source>The connection is encrypted and the certificate is trusted.</source>
      <translation>通信は暗号化され、証明書は信頼できます。</translation>
    </message>
    <message>
      <source>The connection to the database {place} broke off: {reason}. Check the network and that the server runs, then run again. If the server has a new address, start QGIS anew: it keeps connections to the old one.</source>
      <translation>データベース {place} との接続が切れました: {reason}。ネットワークと、サーバーが動いていることを確かめてから、もう一度実行してください。サーバーの接続先が変わったときは QGIS を起動し直してください（QGIS は以前の接続先への接続を保持しています）。</translation>
    </message>
    <message>
      <source>The connection to {host} broke. Check the network; try again.</source>
      <translation>{host} との接続が切れました。ネットワークを確認して、もう一度実行してください。</translation>
    </message>
    <message>
      <source>The connection works; {count} data conditions are registered for this account.</source>
      <translation>接続できました。このアカウントには {count} 件のデータ提供条件が登録されています。</translation>
    </message>
    <message>
      <source>The contacts have no column {column}. Rename the column that holds it to one of these.</source>
      <translation>連絡先に {column} の列がありません。該当する列の名前をこのどれかにしてください。</translation>
    </message>
    <message>
      <source>The contract ended on {day}: nobody’s use is known from then on.</source>
      <translation>契約が{day}に終了しているため、それ以降の使用は判定できません。</translation>
    </message>
    <message>
      <source>The contract is not in force</source>
      <translation>契約が有効でありません</translation>
    </message>
    <message>
      <source>The contracts are not understood. Write from and below which power, in kW: 3-10.</source>
      <translation>契約電力の範囲を読み取れません。3-10 のように kW で以上-未満を書いてください。</translation>
    </message>
    <message>
      <source>The contracts were not registered: {reason} They do not stand in the server’s list. Register them again.</source>
      <translation>契約は登録されていません：{reason} サーバーの一覧にありません。もう一度登録してください。</translation>
    </message>
    <message>
      <source>The course of the case is {hours} hours long: the outlook leans on earlier events, and its intervals are wide.</source>
      <translation>この案件の推移はまだ{hours}時間分しかありません。過去の災害を参考にしており、予測幅は広くなっています。</translation>
    </message>
    <message>
      <source>The course of the outage begins before the event. Check the event time.</source>
      <translation>停電の推移が発災前から始まっています。発災日時を確認してください。</translation>
    </message>
    <message>
      <source>The course of the outage is not in order of time. Ask for it again.</source>
      <translation>停電の推移が時間順になっていません。もう一度実行してください。</translation>
    </message>
    <message>
      <source>The coverage layer has no polygons. Choose another, or leave it empty.</source>
      <translation>ページ分けのレイヤにポリゴンがありません。別のレイヤを選ぶか、空にしてください。</translation>
    </message>
    <message>
      <source>The data do not tell yet of an event that struck: of {count} area(s) that it may have struck, and of all together, nothing is foreseen after it.</source>
      <translation>発生した災害より後のデータがまだありません。影響を受けた可能性のある{count}区域と全体では、その災害より後の見通しを出しません。</translation>
    </message>
    <message>
      <source>The data of the case were disposed of on {day}: no results can be made of them. For new data make a new case.</source>
      <translation>この案件のデータは {day} に破棄されたため、結果は作れません。新しいデータには新しい案件を作ってください。</translation>
    </message>
    <message>
      <source>The database {place} cannot be reached. Check the network, the connection and its login, then run again.</source>
      <translation>データベース{place}につながりません。ネットワーク、接続、ログインを確かめてから、もう一度実行してください。</translation>
    </message>
    <message>
      <source>The database {place} refused rows of {table}. Check that its disk has room, then run again; what was published before is as it was.</source>
      <translation>データベース{place}が{table}の行を拒否しました。ディスクの空きを確かめてから、もう一度実行してください。前に公開したものはそのままです。</translation>
    </message>
    <message>
      <source>The database {place} refused: {reason}. Nothing of this step was changed there.</source>
      <translation>データベース{place}が拒否しました：{reason}。この処理ではデータベースに何も変更していません。</translation>
    </message>
    <message>
      <source>The desks that papers go to and come from: 区分, 組織, 部署, 氏名, 電話番号, メールアドレス.</source>
      <translation>文書の宛先と差出人の窓口：区分、組織、部署、氏名、電話番号、メールアドレス。</translation>
    </message>
    <message>
      <source>The disk of the case: {state}.</source>
      <translation>案件のあるディスク：{state}。</translation>
    </message>
    <message>
      <source>The disk of {folder} is full. Make room and run again: it goes on from where it stopped.</source>
      <translation>{folder} のディスクに空きがありません。空きを作ってもう一度実行すると、途切れた所から続けます。</translation>
    </message>
    <message>
      <source>The disposal has not come to its end. Clear away what is named above and run it again; or end it with ACCEPT, and the report names it.</source>
      <translation>破棄は終わっていません。上に示したものを取り除いてもう一度実行してください。ACCEPT を選ぶと終えられますが、報告に記載されます。</translation>
    </message>
    <message>
      <source>The disposal has not ended, or something remains: the report says so. Run “Dispose of a case” (dispose) again.</source>
      <translation>破棄が終わっていないか、残っているものがあります。報告にもそう書きます。「案件を破棄」（dispose）をもう一度実行してください。</translation>
    </message>
    <message>
      <source>The disposal of the case, begun on {begun}, has not come to its end. Run “Dispose of a case” (dispose) again: it goes on where it stopped.</source>
      <translation>{begun} に始めた案件の破棄が終わっていません。「案件を破棄」（dispose）をもう一度実行すると、続きから行います。</translation>
    </message>
    <message>
      <source>The download was stopped. What is complete is kept; start it again to go on.</source>
      <translation>ダウンロードを中止しました。完了した分は残っています。もう一度始めると続きから取得します。</translation>
    </message>
    <message>
      <source>The ending decides the form: .docx, .pdf, or .txt for a mail. By default in “reports” of the case.</source>
      <translation>拡張子で形式が決まります：.docx、.pdf、またはメール用の .txt。初期値は案件の「reports」です。</translation>
    </message>
    <message>
      <source>The event “{item}” begins when another does. Enter each event once.</source>
      <translation>発生時刻「{item}」と同じ開始時刻のものがほかにもあります。それぞれ1回だけ入力してください。</translation>
    </message>
    <message>
      <source>The event “{item}” ends before it begins. Write it as begin/end.</source>
      <translation>発生時刻「{item}」の終了が開始より前です。開始/終了 の順に書いてください。</translation>
    </message>
    <message>
      <source>The events of the case have changed: make its layers again with “Refresh the case”, REDO all.</source>
      <translation>案件の発生時刻が変わりました。「案件を更新」（REDO を all に指定）でレイヤを作り直してください。</translation>
    </message>
    <message>
      <source>The expected share of silent meters is {rate}; it must lie between 0 and {limit}.</source>
      <translation>応答のない計器の割合の見込みが{rate}です。0から{limit}の間にしてください。</translation>
    </message>
    <message>
      <source>The extent {south}, {west} to {north}, {east} is reversed or has no numbers. Choose the area again.</source>
      <translation>範囲（{south}, {west} ～ {north}, {east}）の大小が逆か、数値でない値があります。範囲を選び直してください。</translation>
    </message>
    <message>
      <source>The extent {south}, {west} to {north}, {east} lies outside Japan's grid squares. Give it in degrees (latitude, longitude), or choose the area again.</source>
      <translation>範囲（{south}, {west} ～ {north}, {east}）は地域メッシュの範囲外です。緯度・経度（度）で指定するか、範囲を選び直してください。</translation>
    </message>
    <message>
      <source>The facilities have no column {column}. Rename the column that holds it to one of these.</source>
      <translation>施設データに列 {column} がありません。該当する列の名前をこのいずれかに変えてください。</translation>
    </message>
    <message>
      <source>The facilities that were shown. Left empty, their past states are not judged.</source>
      <translation>表示した施設の一覧。空欄の場合、施設の過去の状態は判定しません。</translation>
    </message>
    <message>
      <source>The file system does not hold a file as large as {file}. Choose another folder.</source>
      <translation>このファイルシステムには {file} ほど大きなファイルを置けません。別のフォルダを選んでください。</translation>
    </message>
    <message>
      <source>The file {file} is not there. Choose it again.</source>
      <translation>ファイル {file} がありません。選び直してください。</translation>
    </message>
    <message>
      <source>The files of the case are as its ledger says.</source>
      <translation>案件のファイルは台帳どおりです。</translation>
    </message>
    <message>
      <source>The first day wanted (FROM) is missing. The use case {id} needs it.</source>
      <translation>求める最初の日（FROM）がありません。ユースケース {id} では必要です。</translation>
    </message>
    <message>
      <source>The first day wanted; for 通電情報 the moment: meters silent in the 12 hours before it.</source>
      <translation>取得したい最初の日です。通電情報では日時で、その前12時間に計測値がない計器がわかります。</translation>
    </message>
    <message>
      <source>The first of the events ({first}) is not the event time ({event}). Correct one of the two.</source>
      <translation>すべての発生時刻の最初（{first}）が発生時刻（{event}）と違います。どちらかを直してください。</translation>
    </message>
    <message>
      <source>The first row names no columns: they are called field_1, field_2 …. Choose them by value.</source>
      <translation>1行目に見出しがないため、列を field_1、field_2 … と呼びます。値を見て選んでください。</translation>
    </message>
    <message>
      <source>The folder as it came from the tablet; the path of its GeoPackage (field.gpkg) or of a ZIP can be typed too. It is read as something from outside and not changed.</source>
      <translation>タブレットから戻ったフォルダです。GeoPackage（field.gpkg）や ZIP のパスを入力することもできます。外から来たものとして読み、書き換えません。</translation>
    </message>
    <message>
      <source>The folder made with “Create case”. Everything received and made for one disaster is in it.</source>
      <translation>「案件を作成」で作ったフォルダです。1つの災害について受け取ったもの、作ったもののすべてが入ります。</translation>
    </message>
    <message>
      <source>The folder {folder} is not empty. Choose a new or an empty folder for the case.</source>
      <translation>フォルダ {folder} は空ではありません。案件には、新しいフォルダか空のフォルダを指定してください。</translation>
    </message>
    <message>
      <source>The folder {folder} is on a share without locks; a file marks it.</source>
      <translation>フォルダ {folder} はロックが使えない共有フォルダにあるため、代わりに使用中を示すファイルを置きます。</translation>
    </message>
    <message>
      <source>The form could not be saved beside the data; others see plain fields ({reason}).</source>
      <translation>フォームをデータの隣に保存できませんでした。ほかの人には入力欄がそのままの形で表示されます（{reason}）。</translation>
    </message>
    <message>
      <source>The fuel of none of the trucks is known.</source>
      <translation>燃料が分かる電源車がありません。</translation>
    </message>
    <message>
      <source>The fuel of {count} trucks is not known and is not in the sum.</source>
      <translation>電源車 {count} 台の燃料は分からないため、合計に入れていません。</translation>
    </message>
    <message>
      <source>The fuel of {count} trucks is not known and not in the sum.</source>
      <translation>燃料が不明な電源車 {count} 台は合計に含みません。</translation>
    </message>
    <message>
      <source>The general transmission and distribution utility the request goes to.</source>
      <translation>要請先の一般送配電事業者です。</translation>
    </message>
    <message>
      <source>The half-hours do not follow one another or do not fit the readings. Import them again.</source>
      <translation>30分コマが連続していないか、電力データの列数と合いません。取り込み直してください。</translation>
    </message>
    <message>
      <source>The half-hours do not follow one another or do not fit the states. Work them out again.</source>
      <translation>30 分コマが連続していないか、在・不在の数と合いません。在・不在をもう一度推定してください。</translation>
    </message>
    <message>
      <source>The history file {file} cannot be read. Delete it; past maps are then judged without it.</source>
      <translation>履歴ファイル {file} を読めません。削除してください。過去の地図はこのファイルなしで検証します。</translation>
    </message>
    <message>
      <source>The history file {file} cannot be read. Delete it; the change since that result is not told.</source>
      <translation>履歴ファイル {file} を読めません。削除してください。その結果からの増減は表示されません。</translation>
    </message>
    <message>
      <source>The import {id} was taken back: {files} file(s), {rows} rows. Layers made before still show them: refresh the case.</source>
      <translation>取り込み {id} を取り消しました（{files} ファイル、{rows} 行）。以前に作ったレイヤには残っているため、案件を更新してください。</translation>
    </message>
    <message>
      <source>The index of the readings ({file}) cannot be read. Delete the folder “readings” of the case and import the files again.</source>
      <translation>電力データの索引（{file}）を読めません。案件フォルダの「readings」フォルダを削除し、ファイルを取り込み直してください。</translation>
    </message>
    <message>
      <source>The index of the table {table} cannot be read or is not one of Tomoshibi's. Import the files again.</source>
      <translation>表「{table}」の索引を読めないか、Tomoshibi が書いたものではありません。ファイルをもう一度取り込んでください。</translation>
    </message>
    <message>
      <source>The input layer cannot be opened. Choose another one.</source>
      <translation>入力レイヤを開けません。別のレイヤを指定してください。</translation>
    </message>
    <message>
      <source>The item {item} does not belong to this class of data. Clear it.</source>
      <translation>項目 {item} はこの利用データでは使いません。空にしてください。</translation>
    </message>
    <message>
      <source>The item {item} is needed. Fill it in.</source>
      <translation>項目 {item} が必要です。入力してください。</translation>
    </message>
    <message>
      <source>The item {item} of the condition is not understood. Compare its value with the profile.</source>
      <translation>データ提供条件の項目 {item} を解釈できません。値と接続プロファイルを確かめてください。</translation>
    </message>
    <message>
      <source>The last day of use is now {use_to}, later than {before}: enter who at the utility agreed to it (EXTENSION_BY), for the report of the disposal.</source>
      <translation>利用期間の最終日が {before} から {use_to} に延長されました。破棄報告のため、同意した一般送配電事業者の相手（EXTENSION_BY）を入力してください。</translation>
    </message>
    <message>
      <source>The last day wanted, itself included.</source>
      <translation>取得したい最後の日です（当日を含みます）。</translation>
    </message>
    <message>
      <source>The last lines of the ledger that this QGIS profile knows of are gone or were changed: it now ends with line {line}.</source>
      <translation>この QGIS のプロファイルに控えた台帳の末尾の行が、なくなったか変更されています。現在の末尾は {line} 行目です。</translation>
    </message>
    <message>
      <source>The layer already has a field mesh_code; the new codes are in {field}.</source>
      <translation>レイヤにはすでにフィールド mesh_code があります。新しいコードは {field} に入れました。</translation>
    </message>
    <message>
      <source>The layer holds no outage area. Choose the polygons that were traced.</source>
      <translation>レイヤに停電範囲がありません。なぞったポリゴンを選んでください。</translation>
    </message>
    <message>
      <source>The layer in {file} is not empty. Choose another output.</source>
      <translation>{file} のレイヤは空ではありません。別の出力先を指定してください。</translation>
    </message>
    <message>
      <source>The layer of the outage areas has no reference system (CRS) and is taken as latitude and longitude. Set its CRS in QGIS where it is another.</source>
      <translation>停電範囲のレイヤに座標参照系（CRS）がないため、緯度経度とみなします。違う場合はQGISでCRSを設定してください。</translation>
    </message>
    <message>
      <source>The layer that is replaced holds responses for {count} dwellings that this run leaves out. They are kept in {file} of the case; write the whole area again to see them on the map.</source>
      <translation>置き換えるレイヤには、今回の対象に含まれない {count} 戸の対応結果が入力されています。案件の {file} に残しました。地図で見るには、全域でもう一度作成してください。</translation>
    </message>
    <message>
      <source>The layer {layer} cannot be made again: what was given as {parameters} was a temporary layer or a selection. Save it to a file, and make the layer once more from that.</source>
      <translation>レイヤ {layer} は作り直せません。{parameters} に指定されたものが一時レイヤか選択地物でした。ファイルに保存し、それを使ってもう一度レイヤを作ってください。</translation>
    </message>
    <message>
      <source>The layer {layer} has no coordinate system. Set its CRS.</source>
      <translation>レイヤ {layer} に座標参照系がありません。CRSを設定してください。</translation>
    </message>
    <message>
      <source>The layer {layer} is being edited in QGIS and was left alone. Save or discard the edits; it is made again at the next refresh.</source>
      <translation>レイヤ {layer} は QGIS で編集中のため、手を付けていません。編集を保存するか破棄してください。次の更新で作り直します。</translation>
    </message>
    <message>
      <source>The layer {layer} is neither a result of shelterpower nor of isolatedcommunities. Choose such layers.</source>
      <translation>レイヤ {layer} は避難所の通電状況（shelterpower）の結果でも、孤立集落（isolatedcommunities）の結果でもありません。どちらかの結果を選んでください。</translation>
    </message>
    <message>
      <source>The layer {layer} is not one of the situation; make it by hand.</source>
      <translation>レイヤ {layer} は被害状況のレイヤではありません。手動で作り直してください。</translation>
    </message>
    <message>
      <source>The layer {layer} of {file} could not be replaced ({reason}) and is as it was. Close programs that hold the file; it is tried again at the next refresh.</source>
      <translation>{file} のレイヤ {layer} を入れ替えられず（{reason}）、元のままです。ファイルを使っているほかのプログラムを閉じてください。次の更新でもう一度試みます。</translation>
    </message>
    <message>
      <source>The layer {layer} was made on another computer from files outside the case, and the case was not verified here. Make the layer once more by hand.</source>
      <translation>レイヤ「{layer}」は、別のコンピューターで案件の外のファイルから作られており、この案件はここでは未検証です。レイヤを手動で作り直してください。</translation>
    </message>
    <message>
      <source>The layer {layer} was not made again: {reason}</source>
      <translation>レイヤ {layer} を作り直せませんでした: {reason}</translation>
    </message>
    <message>
      <source>The layer {layer} was not made to its end, and what {file} has of it stays as it was. Check that the disk has room, then run again.</source>
      <translation>レイヤ{layer}を最後まで作れませんでした。{file}にある前のレイヤはそのまま残っています。ディスクに空きがあるか確かめて、もう一度実行してください。</translation>
    </message>
    <message>
      <source>The layer {layer} was not written to its end. Check that the disk of {file} has room, then run again; what is in the layer now is not to be used.</source>
      <translation>レイヤ {layer} を最後まで書き込めませんでした。{file} のあるディスクの空きを確認して、もう一度実行してください。今のレイヤの内容は使わないでください。</translation>
    </message>
    <message>
      <source>The layer “{layer}” cannot be copied into the case ({reason}). Save it as a GeoPackage of its own first.</source>
      <translation>レイヤ「{layer}」を案件にコピーできません（{reason}）。いったん単独のGeoPackageに保存してから指定してください。</translation>
    </message>
    <message>
      <source>The ledger was changed before line {line}: a line there is not as written.</source>
      <translation>台帳の {line} 行目より前が変更されています。書かれたときのままでない行があります。</translation>
    </message>
    <message>
      <source>The legend needs {width} × {height} mm and the sheet has {room_width} × {room_height} mm for it. Choose fewer background layers, or a sheet with more room.</source>
      <translation>凡例に {width}×{height} mm 必要ですが、帳票の凡例欄は {room_width}×{room_height} mm です。背景レイヤを減らすか、凡例欄の広い帳票を選んでください。</translation>
    </message>
    <message>
      <source>The link list {file} has no column {column}. Its first row must name the columns.</source>
      <translation>対応表 {file} に列 {column} がありません。1行目に列名を書いてください。</translation>
    </message>
    <message>
      <source>The link list {file} is neither UTF-8 nor CP932 (Shift_JIS). Save it as CSV UTF-8.</source>
      <translation>対応表 {file} の文字コードが UTF-8 でも CP932（Shift_JIS）でもありません。CSV UTF-8 で保存し直してください。</translation>
    </message>
    <message>
      <source>The list could not be read.</source>
      <translation>一覧を取得できませんでした。</translation>
    </message>
    <message>
      <source>The list could not be read; what is shown was read before.</source>
      <translation>一覧を取得できませんでした。表示は前回取得した内容です。</translation>
    </message>
    <message>
      <source>The list from which “List whom to help evacuate first” was made; contacts are taken from it.</source>
      <translation>「優先して避難を支援する人の一覧」の元にした名簿。連絡先をここから取ります。</translation>
    </message>
    <message>
      <source>The list has no column “{heading}”. It has: {headings}.</source>
      <translation>リストに「{heading}」の列がありません。ある列：{headings}</translation>
    </message>
    <message>
      <source>The list has no heading: its columns are called field_1 to field_{count}. Say which is which, or add a first row with names.</source>
      <translation>リストに見出しがないため、列を field_1 から field_{count} と呼びます。どの列が何かを指定するか、1行目に見出しを加えてください。</translation>
    </message>
    <message>
      <source>The list has no name. Name it after its use case.</source>
      <translation>リスト名がありません。ユースケースの名前を付けてください。</translation>
    </message>
    <message>
      <source>The list in which the facility stands.</source>
      <translation>その施設が載っている一覧。</translation>
    </message>
    <message>
      <source>The list is in none of the encodings {names}.</source>
      <translation>リストの文字コードが {names} のどれでもありません。</translation>
    </message>
    <message>
      <source>The list lacks the column {names}.</source>
      <translation>リストに列 {names} がありません。</translation>
    </message>
    <message>
      <source>The list of condition {id} lacks part {parts} of “{kind}”. Fetch the list again later.</source>
      <translation>データ提供条件 {id} の一覧に「{kind}」の分割ファイル {parts} がありません。後で一覧を取得し直してください。</translation>
    </message>
    <message>
      <source>The list of meters ({file}) is shorter than the index of the readings says. Delete the folder “readings” of the case and import the files again.</source>
      <translation>計器の一覧（{file}）が電力データの索引より短くなっています。案件フォルダの「readings」フォルダを削除し、ファイルを取り込み直してください。</translation>
    </message>
    <message>
      <source>The list of requests has no column {column}. Rename the column that holds it to one of these.</source>
      <translation>要請の一覧に {column} の列がありません。該当する列の名前をこのどれかにしてください。</translation>
    </message>
    <message>
      <source>The list of towns has none for {municipality}. Add them, or leave the outage history out.</source>
      <translation>町の一覧に {municipality} の町がありません。追加するか、停電履歴を使わずに作成してください。</translation>
    </message>
    <message>
      <source>The list {file} is empty. Choose another file.</source>
      <translation>リスト {file} は空です。別のファイルを選んでください。</translation>
    </message>
    <message>
      <source>The list {file} is larger than {limit} MB. Split it.</source>
      <translation>リスト {file} は {limit} MB を超えています。分割してください。</translation>
    </message>
    <message>
      <source>The list {list} has no column of devices ({column}): each is taken for the worst.</source>
      <translation>名簿「{list}」に機器の列（{column}）がありません。電池が最も短い機器とみなします。</translation>
    </message>
    <message>
      <source>The list {list} has no column that parts its people. Choose one (BATCH_FIELD); known headings: {headings}.</source>
      <translation>名簿 {list} に分担を示す列がありません。列を指定してください（BATCH_FIELD）。判断できる見出し：{headings}。</translation>
    </message>
    <message>
      <source>The list {list} has no column with the supply point (供給地点特定番号), none with your own id, and not both name and address. Name one of them “{number}” or “{key}” in its first row, or choose the column.</source>
      <translation>名簿 {list} に供給地点特定番号の列も独自IDの列もなく、氏名と住所もそろっていません。1行目で列名を「{number}」または「{key}」とするか、列を選んでください。</translation>
    </message>
    <message>
      <source>The list {list} has no column “{column}”. Choose another.</source>
      <translation>名簿 {list} に「{column}」列がありません。別の列を選んでください。</translation>
    </message>
    <message>
      <source>The list {list} has no rows. Choose another file or sheet.</source>
      <translation>リスト {list} に行がありません。別のファイルかシートを選んでください。</translation>
    </message>
    <message>
      <source>The list “support” written here, filled in: 種別 (電源車, 燃料), 行き先, 数量, 要請日時, 要請先, 回答, 到着見込み, 到着日時. Keep it in the case with “Change case”: the brief then has a page of it.</source>
      <translation>ここで作成した一覧「support」に記入したもの：種別（電源車、燃料）、行き先、数量、要請日時、要請先、回答、到着見込み、到着日時。「案件を変更」で案件に保存すると、朝のまとめに「支援の要請」のページが付きます。</translation>
    </message>
    <message>
      <source>The list “{list}” has no row: it says that nothing was proposed or entered, not that nothing is needed. Ask the facilities, and see the proposal for trucks.</source>
      <translation>一覧「{list}」には1行もありません。配置案も記入もないという意味で、必要がないという意味ではありません。施設に確認し、電源車の配置案を見てください。</translation>
    </message>
    <message>
      <source>The list “{list}” has nothing to register: no row has matched that is not registered yet. Match it first, or settle the rows to be reviewed.</source>
      <translation>リスト「{list}」に登録するものがありません。一致していて未登録の行がありません。先に照合するか、目視確認の行を判定してください。</translation>
    </message>
    <message>
      <source>The list “{list}” is not registered: there is nothing to delete on the aggregator.</source>
      <translation>リスト「{list}」は登録されていないため、電力データ集約システムで削除するものはありません。</translation>
    </message>
    <message>
      <source>The list “{list}” was registered on the LG-WAN screen: delete it there as well.</source>
      <translation>リスト「{list}」はLG-WANの画面で登録されています。画面でも削除してください。</translation>
    </message>
    <message>
      <source>The login of this connection may not prepare the database {place}. Its administrator has to run once: {sql}</source>
      <translation>この接続のログインには、データベース{place}を準備する権限がありません。管理者が次を一度実行してください：{sql}</translation>
    </message>
    <message>
      <source>The map as the utility gave it: PDF, PNG, JPEG or TIFF.</source>
      <translation>電力会社から受け取った地図。PDF、PNG、JPEG、TIFF。</translation>
    </message>
    <message>
      <source>The map sheet {file} was not written ({reason}). Close it in other programs, and check that the folder may be written to and the disk has room.</source>
      <translation>地図帳票 {file} を書き出せませんでした（{reason}）。ほかのプログラムで閉じ、フォルダに書き込めることとディスクの空きを確認してください。</translation>
    </message>
    <message>
      <source>The map sheet {file} was not written to its end. Check that the disk has room, then run again.</source>
      <translation>帳票 {file} を最後まで書けませんでした。ディスクの空きを確かめて、もう一度実行してください。</translation>
    </message>
    <message>
      <source>The map's figures are of {of}, judged by readings received until {until}.</source>
      <translation>当時の地図の数値は {of} 時点。{until} までに届いたデータで検証。</translation>
    </message>
    <message>
      <source>The maps are of the newest data: make the brief for the headquarters.</source>
      <translation>地図は最新のデータによるものです。本部向けに「朝のまとめ」を作ってください。</translation>
    </message>
    <message>
      <source>The maps of the case no longer say that it is a drill. Make sure that its data are real.</source>
      <translation>この案件の地図に訓練の表示が出なくなりました。データが本物であることを確かめてください。</translation>
    </message>
    <message>
      <source>The maps were made and are shown.</source>
      <translation>地図を作成し、表示しました。</translation>
    </message>
    <message>
      <source>The maps were made. “Project” shows them.</source>
      <translation>地図を作成しました。「プロジェクト」で表示します。</translation>
    </message>
    <message>
      <source>The matched rows were registered on the LG-WAN screen; note it in the case.</source>
      <translation>一致した行をLG-WANの画面で登録したことを案件に記録します。</translation>
    </message>
    <message>
      <source>The mean can be taken over 1, 2 or 3 half-hours only.</source>
      <translation>平均は 1、2、3 コマのいずれかで取ってください。</translation>
    </message>
    <message>
      <source>The meter cannot be read remotely</source>
      <translation>自動検針できない計器</translation>
    </message>
    <message>
      <source>The meter itself reported at {time} that it lost power</source>
      <translation>{time}に計器自身が停電を通知</translation>
    </message>
    <message>
      <source>The meter itself reported power at {time}</source>
      <translation>{time}に計器自身が通電を通知</translation>
    </message>
    <message>
      <source>The meter measured nothing in these logs: they say nothing about power.</source>
      <translation>これらのログには計測値がありません。電気が来ているかどうかは分かりません。</translation>
    </message>
    <message>
      <source>The meter was silent before the event already</source>
      <translation>発災前から電力データがない計器</translation>
    </message>
    <message>
      <source>The meters confirm it</source>
      <translation>計器も停電を示す</translation>
    </message>
    <message>
      <source>The meters of the same kind did not report either; last read {time}</source>
      <translation>同じ種類の計器からも応答がありません（最終検針 {time}）</translation>
    </message>
    <message>
      <source>The moment asked for is not among the readings. Choose one inside the data received.</source>
      <translation>指定の時刻は電力データの範囲にありません。受信したデータの範囲内の時刻を選んでください。</translation>
    </message>
    <message>
      <source>The municipality code {code} does not have the check digit {digit}. Compare it with the code list.</source>
      <translation>団体コード {code} の検査数字は {digit} のはずです。団体コードの一覧と照合してください。</translation>
    </message>
    <message>
      <source>The municipality code {code} must have 6 digits.</source>
      <translation>団体コード {code} は6桁で指定してください。</translation>
    </message>
    <message>
      <source>The municipality code “{code}” must have 6 digits (団体コード). Correct it.</source>
      <translation>団体コード「{code}」は6桁の数字でなければなりません。直してください。</translation>
    </message>
    <message>
      <source>The municipality's (1 = the same)</source>
      <translation>市町村全体の前年同月比（1＝同じ）</translation>
    </message>
    <message>
      <source>The name of the contract holder is blank: no automatic match.</source>
      <translation>契約者の氏名が空欄です。自動では一致しません。</translation>
    </message>
    <message>
      <source>The name of {file} does not end in a 5-digit municipality code. Rename it.</source>
      <translation>{file} の名前が 5 桁の市区町村コードで終わっていません。名前を変えてください。</translation>
    </message>
    <message>
      <source>The name {host} is not known to the network. Check the address and the network connection.</source>
      <translation>{host} という名前がネットワークで見つかりません。接続先とネットワークの接続を確認してください。</translation>
    </message>
    <message>
      <source>The names of the list are written into the result. Left out, your own id only: enough to find a person.</source>
      <translation>名簿の氏名を結果に書き込みます。指定しなければ独自IDだけを書き込み、それで本人を特定できます。</translation>
    </message>
    <message>
      <source>The names of the list stand in the workbooks. Left out, your own id only.</source>
      <translation>名簿の氏名をブックに載せます。外すと独自IDだけになります。</translation>
    </message>
    <message>
      <source>The newest evidence is of {time}: too old</source>
      <translation>最新の情報が {time} のもので、古すぎる</translation>
    </message>
    <message>
      <source>The newest readings before the moment end at {end}, {hours} hours earlier: people may have come or gone since.</source>
      <translation>指定時刻の前の最新の電力データは {end} まで（{hours} 時間前）です。その後に出入りした可能性があります。</translation>
    </message>
    <message>
      <source>The newest set of readings is incomplete, and the meter is not in the parts received; last read {time}</source>
      <translation>最新の電力データは一部が欠けており、受信した分にこの計器はありません（最終検針 {time}）</translation>
    </message>
    <message>
      <source>The open project has changes that are not saved. Save them before the project of the case is opened?</source>
      <translation>開いているプロジェクトに保存していない変更があります。案件のプロジェクトを開く前に保存しますか？</translation>
    </message>
    <message>
      <source>The others are left out.</source>
      <translation>それ以外の住戸は除きます。</translation>
    </message>
    <message>
      <source>The outage areas do not lie in Japan by the reference system (CRS) of their layer. Set the CRS in which they were traced (layer properties, “Source”), then run again.</source>
      <translation>レイヤの座標参照系（CRS）によると、停電範囲が日本国内にありません。なぞったときのCRSをレイヤのプロパティ「ソース」で設定し、もう一度実行してください。</translation>
    </message>
    <message>
      <source>The outage areas have no rate. Choose a layer of outage rates, acquisition gaps or isolated communities.</source>
      <translation>停電区域に割合のフィールドがありません。停電率、データの途絶、孤立のおそれがある集落のいずれかのレイヤを選んでください。</translation>
    </message>
    <message>
      <source>The outage list of {time} does not cover the meter</source>
      <translation>{time} の通電情報の対象外</translation>
    </message>
    <message>
      <source>The outage list of {time} was made less than {hours} hours after the event and cannot show it yet</source>
      <translation>{time} の通電情報は発災から {hours} 時間たっておらず、停電がまだ現れない</translation>
    </message>
    <message>
      <source>The output cannot be written. Choose another file or folder for it.</source>
      <translation>出力先に書き込めません。別のファイルまたはフォルダを指定してください。</translation>
    </message>
    <message>
      <source>The output cannot be written. Choose another file, or close the program that holds it.</source>
      <translation>結果を書き込めません。別のファイルを選ぶか、開いているソフトを閉じてください。</translation>
    </message>
    <message>
      <source>The output refused features {first} to {last} ({reason}). Check that the disk has room and the file is not open elsewhere, then run again.</source>
      <translation>出力先が地物 {first}～{last} を受け付けません（{reason}）。ディスクの空きと、ファイルがほかで開かれていないことを確認し、もう一度実行してください。</translation>
    </message>
    <message>
      <source>The package {file} could not be written ({reason}). Check that the disk has room, then run again; nothing of this run is to be handed over.</source>
      <translation>パッケージ {file} を書き込めませんでした（{reason}）。ディスクの空きを確かめて実行し直してください。今回できたものは渡さないでください。</translation>
    </message>
    <message>
      <source>The package {file} would be larger than 4 GB. Choose fewer themes or columns, or smaller areas.</source>
      <translation>パッケージ {file} が 4 GB を超えます。テーマか列を減らすか、範囲を小さくしてください。</translation>
    </message>
    <message>
      <source>The page would be larger than {limit} MB even with simple shapes. Map larger grid squares (MESH_SIZE), or hand over GeoJSON.</source>
      <translation>形を簡略化しても、画面のファイルが {limit} MB を超えます。より大きなメッシュ（MESH_SIZE）で作るか、GeoJSON で渡してください。</translation>
    </message>
    <message>
      <source>The pages are drawn one after the other; the window answers between two of them.</source>
      <translation>ページを1枚ずつ描いています。ページの合間に画面が応答します。</translation>
    </message>
    <message>
      <source>The past map and what it was (+ −: meters more or less dark)</source>
      <translation>当時の地図と実際（＋−：停電の計器数の差）</translation>
    </message>
    <message>
      <source>The period ends ({end}) before it begins ({begin}). Correct the dates.</source>
      <translation>期間の終わり（{end}）が始まり（{begin}）より前です。日付を直してください。</translation>
    </message>
    <message>
      <source>The period ends ({end}) before it begins ({begin}). Exchange the two times.</source>
      <translation>期間の終わり（{end}）が始まり（{begin}）より前です。二つの時刻を入れ替えてください。</translation>
    </message>
    <message>
      <source>The period ends before it begins. Exchange FROM and TO.</source>
      <translation>期間の終了が開始より前です。FROM と TO を入れ替えてください。</translation>
    </message>
    <message>
      <source>The period is longer than seven days. Choose a shorter one.</source>
      <translation>期間が7日を超えています。短くしてください。</translation>
    </message>
    <message>
      <source>The period of use ended on {use_to}: dispose of the case (dispose).</source>
      <translation>利用期間は {use_to} に終了しました。案件を破棄（dispose）してください。</translation>
    </message>
    <message>
      <source>The period of use ends ({use_to}) before it begins ({use_from}). Correct the dates.</source>
      <translation>利用期間の終了日（{use_to}）が開始日（{use_from}）より前です。日付を直してください。</translation>
    </message>
    <message>
      <source>The period of use ends on {use_to} ({days} day(s) left): then the data and all that was made of them are deleted and that is reported.</source>
      <translation>利用期間は {use_to} までです（あと {days} 日）。終了後は、データと、それから作ったものをすべて破棄し、報告してください。</translation>
    </message>
    <message>
      <source>The period of use of the case ended on {use_to}: no new results from personal data are made. Where the utility agreed to an extension, enter it with “Change case” (editcase): the new last day of use (USE_TO) and who agreed to it (EXTENSION_BY). Otherwise dispose of the case (dispose).</source>
      <translation>案件の利用期間は {use_to} に終了したため、個人データから新しい結果は作りません。一般送配電事業者が延長に同意している場合は、「案件を変更」（editcase）で延長後の最終日（USE_TO）と同意した相手（EXTENSION_BY）を入力してください。延長しない場合は、案件を破棄（dispose）してください。</translation>
    </message>
    <message>
      <source>The phone number does not have 10 or 11 digits; it is not sent.</source>
      <translation>電話番号が 10 桁または 11 桁ではありません。電話番号は送りません。</translation>
    </message>
    <message>
      <source>The phone number had lost its leading zero; it was put back.</source>
      <translation>電話番号の先頭の 0 が欠けていたため、補いました。</translation>
    </message>
    <message>
      <source>The place is not known.</source>
      <translation>位置が分かりません。</translation>
    </message>
    <message>
      <source>The place of {count} trucks is not told: they are not sent ({names}).</source>
      <translation>{count} 台は位置が書かれていないため、送りません（{names}）。</translation>
    </message>
    <message>
      <source>The plan names a time for {count} of {total} areas</source>
      <translation>復旧見込みの日時がある区域 {count}／{total}</translation>
    </message>
    <message>
      <source>The plan provides</source>
      <translation>計画の量</translation>
    </message>
    <message>
      <source>The points lie on one line or in one spot of the map. Add a point far to the side of it.</source>
      <translation>点が一直線上か1か所に集まっています。離れた位置の点を加えてください。</translation>
    </message>
    <message>
      <source>The postcode does not have 7 digits; it is not sent.</source>
      <translation>郵便番号が 7 桁ではありません。郵便番号は送りません。</translation>
    </message>
    <message>
      <source>The postcode had lost its leading zero; it was put back.</source>
      <translation>郵便番号の先頭の 0 が欠けていたため、補いました。</translation>
    </message>
    <message>
      <source>The power by kind is not understood. Write kind=kVA, separated by commas.</source>
      <translation>種別ごとの容量を読み取れません。種別=kVA をコンマで区切って書いてください。</translation>
    </message>
    <message>
      <source>The power needed by {count} facilities is their own peak before the event (“Tell how long critical facilities last”). For a kind with a value in “Power needed by kind”, that value counts.</source>
      <translation>{count} 施設の必要容量は、その施設自身の発災前の最大需要です（「重要施設の残り時間」の結果）。「種別ごとの必要容量」に入力した種別は、入力した値を使います。</translation>
    </message>
    <message>
      <source>The practice aggregator answers at {url} (this computer only). Its accounts are in {file}.</source>
      <translation>訓練用集約システムが {url} で動いています（このコンピューター内のみ）。アカウントは {file} にあります。</translation>
    </message>
    <message>
      <source>The practice aggregator cannot use port {port} ({reason}). Choose another, or 0 for any.</source>
      <translation>練習用集約システムはポート {port} を使えません（{reason}）。別の番号か、自動で選ぶ 0 を指定してください。</translation>
    </message>
    <message>
      <source>The prefecture's list, CSV or Excel with a column id. What is not on it follows by kind.</source>
      <translation>都道府県のリスト（CSV または Excel、id の列）。リストにない施設は種別の順に続きます。</translation>
    </message>
    <message>
      <source>The prefecture's list, CSV or Excel with a column id: ids of facilities and areas, first to last. What is not on it follows by kind: hospitals, waterworks, welfare, shelters, offices, communities.</source>
      <translation>都道府県の重要施設リスト。列 id に施設・区域のIDを優先順に並べた CSV か Excel。載っていないものは、病院、水道、福祉施設、避難所、庁舎、集落の順に続きます。</translation>
    </message>
    <message>
      <source>The process that prints ended before it was done ({code}). What was there before is still there. Print again; where it happens again, close other programs, as memory may be short.</source>
      <translation>印刷用のプロセスが途中で終了しました（{code}）。以前のファイルはそのまま残っています。もう一度印刷してください。繰り返す場合は、メモリ不足の可能性があるため、他のプログラムを終了してください。</translation>
    </message>
    <message>
      <source>The profile that ships is an assumption: ask for the interface's own documents.</source>
      <translation>同梱の接続プロファイルは想定に基づくものです。実際の仕様書を入手してください。</translation>
    </message>
    <message>
      <source>The profile {file} cannot be opened ({reason}). Choose another, or none for the shipped one.</source>
      <translation>接続プロファイル {file} を開けません（{reason}）。別のファイルを選ぶか、空にして同梱のものを使ってください。</translation>
    </message>
    <message>
      <source>The profile {file} has {count} problem(s): {problems}</source>
      <translation>接続プロファイル {file} に問題が {count} 件あります：{problems}</translation>
    </message>
    <message>
      <source>The profile {file} is not JSON (line {line}). Mend the line, or copy the shipped profile again.</source>
      <translation>接続プロファイル {file} は JSON ではありません（{line} 行目）。その行を直すか、同梱の接続プロファイルを写し直してください。</translation>
    </message>
    <message>
      <source>The profile {file} is not UTF-8 text. Save it as UTF-8.</source>
      <translation>接続プロファイル {file} は UTF-8 ではありません。UTF-8 で保存してください。</translation>
    </message>
    <message>
      <source>The project cannot be written ({reason}). Check that the disk has room for temporary files ({folder}), then run again.</source>
      <translation>プロジェクトを書き込めません（{reason}）。一時ファイルのディスク（{folder}）に空きがあることを確認し、もう一度実行してください。</translation>
    </message>
    <message>
      <source>The project could not be opened. See QGIS’s log.</source>
      <translation>プロジェクトを開けませんでした。QGISのログを確認してください。</translation>
    </message>
    <message>
      <source>The project has {results} result(s); {kept} layer(s) were there before and are drawn anew.</source>
      <translation>プロジェクトの結果は {results} 件です。前からあったレイヤ {kept} 件は描き直しました。</translation>
    </message>
    <message>
      <source>The project of the case is open.</source>
      <translation>案件のプロジェクトを開きました。</translation>
    </message>
    <message>
      <source>The project was refreshed but not saved. Save it in QGIS.</source>
      <translation>プロジェクトを更新しましたが、保存できませんでした。QGISで保存してください。</translation>
    </message>
    <message>
      <source>The project {file} cannot be read ({reason}). Move it out of the case; a new one is then made.</source>
      <translation>プロジェクト {file} を読み取れません（{reason}）。案件の外に移すと、新しく作成されます。</translation>
    </message>
    <message>
      <source>The project {file} cannot be written ({reason}). Close it in QGIS, or choose another folder.</source>
      <translation>プロジェクト {file} を書き込めません（{reason}）。QGISで閉じるか、別のフォルダを選んでください。</translation>
    </message>
    <message>
      <source>The proxy did not let the request to {host} through ({status}). Check QGIS’s proxy settings, and ask your network’s administrator to allow {host}.</source>
      <translation>プロキシが {host} への通信を通しませんでした（{status}）。QGIS のプロキシ設定を確認し、ネットワーク管理者に {host} への通信の許可を依頼してください。</translation>
    </message>
    <message>
      <source>The proxy does not accept the account it was given (407). Enter its user and password in QGIS’s options under Network.</source>
      <translation>プロキシが認証を受け付けませんでした（407）。QGIS の「オプション」→「ネットワーク」で、プロキシのユーザーとパスワードを入力してください。</translation>
    </message>
    <message>
      <source>The proxy on the way to {host} does not answer. Check QGIS’s proxy settings.</source>
      <translation>{host} へ向かう途中のプロキシが応答しません。QGIS のプロキシ設定を確認してください。</translation>
    </message>
    <message>
      <source>The public</source>
      <translation>一般公開</translation>
    </message>
    <message>
      <source>The rate is the share of meters that could not be read; it is not the number of homes without power. Masked cells (N/A) are not zero.</source>
      <translation>停電率は検針できなかった計器の割合であり、停電戸数そのものではありません。秘匿（N/A）はゼロではありません。</translation>
    </message>
    <message>
      <source>The readings cannot be written to {file} ({reason}). Free space on the disk or choose another case folder, then import again.</source>
      <translation>電力データを {file} に書き込めません（{reason}）。ディスクの空きを増やすか別の案件フォルダを選び、取り込み直してください。</translation>
    </message>
    <message>
      <source>The readings end at {end}, {hours} hours before the event: shown is who was at home then. People may have come or gone since.</source>
      <translation>電力データは{end}までで、発災の{hours}時間前で終わっています。そのときの在・不在を示します。その後に出入りした可能性があります。</translation>
    </message>
    <message>
      <source>The readings end at {until}, before the last event ({event}): what happened since is not known.</source>
      <translation>電力データは{until}までで、最後の発生（{event}）より前です。その後の状況は分かりません。</translation>
    </message>
    <message>
      <source>The readings in {folder} are not there, or not those of the case, for the worker {worker}. Let all workers see the folder of the case (setting “folder of the cases as the workers see it”), and run it again once nothing is being imported.</source>
      <translation>ワーカー {worker} から見た {folder} に電力データがないか、この案件のものではありません。すべてのワーカーから案件フォルダが見えるようにし（設定「ワーカーから見た案件の親フォルダ」）、取り込みが終わってから再度実行してください。</translation>
    </message>
    <message>
      <source>The readings of {day} cannot be read. Delete the folder “readings” of the case and import the files again.</source>
      <translation>{day} の電力データを読めません。案件フォルダの「readings」フォルダを削除し、ファイルを取り込み直してください。</translation>
    </message>
    <message>
      <source>The readings were stored by a newer version of Tomoshibi. Update the plugin.</source>
      <translation>電力データは新しい版の Tomoshibi で保存されています。プラグインを更新してください。</translation>
    </message>
    <message>
      <source>The refresh was stopped.</source>
      <translation>更新は中止されました。</translation>
    </message>
    <message>
      <source>The registration was deleted.</source>
      <translation>登録を削除しました。</translation>
    </message>
    <message>
      <source>The restoration plan is not shown beside the outlook: {why}</source>
      <translation>復旧見通しの計画は並べて表示できません：{why}</translation>
    </message>
    <message>
      <source>The result is not there yet. Fetch it later.</source>
      <translation>結果はまだ出ていません。あとで取得してください。</translation>
    </message>
    <message>
      <source>The result of the matching is not there yet. Run again without a list, under the same name, to fetch it.</source>
      <translation>照合の結果はまだ出ていません。同じリスト名で、リストを空欄にしてもう一度実行すると取得できます。</translation>
    </message>
    <message>
      <source>The result of the matching of “{list}” is still waited for. Fetch it first.</source>
      <translation>「{list}」の照合結果をまだ待っています。先に結果を取得してください。</translation>
    </message>
    <message>
      <source>The result speaks of row {row} of the list “{list}”, which was not sent. Send the list again.</source>
      <translation>照合結果に、送っていないリスト「{list}」の {row} 行目があります。リストを送り直してください。</translation>
    </message>
    <message>
      <source>The result “{layer}” has {rows} rows but {shapes} geometries. This is a fault of the plugin: please report it.</source>
      <translation>結果「{layer}」は {rows} 行ですが、図形が {shapes} 個です。プラグインの不具合です。お知らせください。</translation>
    </message>
    <message>
      <source>The result “{layer}” lacks the columns {columns}. This is a fault of the plugin: please report it.</source>
      <translation>結果「{layer}」に列 {columns} がありません。プラグインの不具合です。お知らせください。</translation>
    </message>
    <message>
      <source>The row has fewer fields than the heading.</source>
      <translation>列の数が見出しより少ない行です。</translation>
    </message>
    <message>
      <source>The row has more fields than the heading; is a comma not within quotes?</source>
      <translation>列の数が見出しより多い行です。引用符で囲まれていないコンマがありませんか。</translation>
    </message>
    <message>
      <source>The same features with the field mesh_code, empty where a feature has no place or lies outside Japan's grid.</source>
      <translation>フィールド mesh_code を付けた同じ地物です。位置がない地物や日本のメッシュの範囲外の地物は空欄になります。</translation>
    </message>
    <message>
      <source>The same name and address as in row {row}.</source>
      <translation>{row} 行目と氏名・住所が同じです。</translation>
    </message>
    <message>
      <source>The same seed makes the same scenario; another seed another course of events.</source>
      <translation>同じ種からは同じシナリオができます。種を変えると経過が変わります。</translation>
    </message>
    <message>
      <source>The same supply point as in row {row}.</source>
      <translation>{row} 行目と供給地点特定番号が同じです。</translation>
    </message>
    <message>
      <source>The scenario has no municipality {code}. Use one of its accounts.</source>
      <translation>シナリオに自治体 {code} がありません。シナリオのアカウントを使ってください。</translation>
    </message>
    <message>
      <source>The scenario {folder} was made by a newer version. Update the plugin.</source>
      <translation>シナリオ {folder} は新しい版で作成されています。プラグインを更新してください。</translation>
    </message>
    <message>
      <source>The scenario {name} does not tell lines from wires. Make it again to score hidden outages.</source>
      <translation>シナリオ {name} は配電線と引込線を区別していません。隠れ停電を採点するには、シナリオを作り直してください。</translation>
    </message>
    <message>
      <source>The scenario {name} has no monthly figures. Make it again with some.</source>
      <translation>シナリオ {name} には月別の使用量がありません。月別の使用量を含めて作り直してください。</translation>
    </message>
    <message>
      <source>The schema {schema} holds something else, or another case. Choose another name; nothing was changed there.</source>
      <translation>スキーマ{schema}には別のもの、または別の案件が入っています。別の名前を選んでください。データベースには何も変更していません。</translation>
    </message>
    <message>
      <source>The search is not of everybody: {texts} of {all} names and addresses were looked for, {lists} lists could not be read for names, {files} files could not be looked through. The report says so.</source>
      <translation>検索は全員分ではありません。氏名・住所等は {all} 件のうち {texts} 件を検索し、読み取れなかった名簿が {lists} 件、最後まで確認できなかったファイルが {files} 件あります。報告にもそう書きます。</translation>
    </message>
    <message>
      <source>The seed {seed} is negative. Give a whole number from 0.</source>
      <translation>乱数の種 {seed} が負の数です。0 以上の整数を指定してください。</translation>
    </message>
    <message>
      <source>The server answered {status} {attempts} times. Try later, and tell the operator if it lasts.</source>
      <translation>サーバーが {attempts} 回続けて {status} を返しました。後で実行し、続く場合は運用窓口へ連絡してください。</translation>
    </message>
    <message>
      <source>The server answered {status}.</source>
      <translation>サーバーが {status} を返しました。</translation>
    </message>
    <message>
      <source>The server calls a token expired that it has just issued. Tell its operator.</source>
      <translation>発行されたばかりのアクセストークンが期限切れと判定されました。運用窓口へ連絡してください。</translation>
    </message>
    <message>
      <source>The server failed ({status}).</source>
      <translation>サーバーでエラーが発生しました（{status}）。</translation>
    </message>
    <message>
      <source>The server failed ({status}). It is not known whether it did what it was asked. Look at the list before you try again.</source>
      <translation>サーバーでエラーが起きました（{status}）。処理されたかどうか分かりません。もう一度実行する前に一覧を確認してください。</translation>
    </message>
    <message>
      <source>The server is busy ({status}) and asks to come back in {minutes} minutes. Try again then.</source>
      <translation>サーバーが混み合っています（{status}）。{minutes} 分後にもう一度実行してください。</translation>
    </message>
    <message>
      <source>The server listed {count} entries twice; each is taken once.</source>
      <translation>一覧に重複が {count} 件ありました。1件として扱います。</translation>
    </message>
    <message>
      <source>The server’s list does not end: after page {page} it points to page {following}. Try again, and tell its operator if it lasts.</source>
      <translation>サーバーの一覧が終わりません（{page} ページの次が {following} ページになっています）。もう一度実行し、続くようなら運用者に連絡してください。</translation>
    </message>
    <message>
      <source>The server’s time “{value}” cannot be read; it is left out.</source>
      <translation>サーバーの日時「{value}」を解釈できないため、空として扱います。</translation>
    </message>
    <message>
      <source>The service failed, as it may. Register the condition again.</source>
      <translation>集約システム側の処理が失敗しました（実際にも起こり得ます）。提供条件をもう一度登録してください。</translation>
    </message>
    <message>
      <source>The set of {file} seems to go on after part {part}: that part is as full as the others, and fewer meters reported than usually do. Fetch the next part; where there is none, import again with COMPLETE = yes.</source>
      <translation>{file} の組には {part} 番の続きがあるようです。最後の分割ファイルがほかと同じ大きさで、届いた計器がふだんより少ないためです。続きを取得してください。続きがなければ、COMPLETE を yes にして取り込み直してください。</translation>
    </message>
    <message>
      <source>The set of {file} was said to be incomplete. Fetch the rest of it; until then what is missing in the set is unknown, not outage.</source>
      <translation>{file} の組は「揃っていない」と指定されています。残りを取得してください。それまで、この組で欠けている検針値は不明とし、停電とはしません。</translation>
    </message>
    <message>
      <source>The setting “Cluster” names {address}, and Dask is not installed here.</source>
      <translation>設定「クラスター」に {address} が指定されていますが、このパソコンに Dask が入っていません。</translation>
    </message>
    <message>
      <source>The sheet {file} lacks the items {ids}. Give those ids to items of the layout (Item Properties → Item ID).</source>
      <translation>帳票 {file} にアイテム {ids} がありません。レイアウトのアイテムにこのIDを付けてください（アイテムプロパティ→アイテムID）。</translation>
    </message>
    <message>
      <source>The sheet's texts {names} are not given. This is a fault of the plugin: please report it.</source>
      <translation>帳票の文字 {names} が渡されていません。プラグインの不具合です。お知らせください。</translation>
    </message>
    <message>
      <source>The shipped profile was written to {file}. Edit it, then check it here.</source>
      <translation>標準の接続プロファイルを {file} に書き出しました。書き換えてから、ここで検査してください。</translation>
    </message>
    <message>
      <source>The situation in brief</source>
      <translation>朝のまとめ</translation>
    </message>
    <message>
      <source>The state “{state}” is not one of the theme's.</source>
      <translation>「{state}」はこの主題の状態ではありません。</translation>
    </message>
    <message>
      <source>The statistics begin on {first}, after the moment asked for. Choose a later moment.</source>
      <translation>統計は {first} からで、指定時刻より後です。後の時刻を指定してください。</translation>
    </message>
    <message>
      <source>The statistics come by squares of {received} m and cannot be given by {asked} m. Choose {received} m or more.</source>
      <translation>統計は {received} m メッシュのため、{asked} m では示せません。{received} m 以上を選んでください。</translation>
    </message>
    <message>
      <source>The statistics of meters (計器数分析) begin after the moment asked for. Choose a later one.</source>
      <translation>計器数分析は指定した時点より後に始まります。後の時点を選んでください。</translation>
    </message>
    <message>
      <source>The statistics of use come by {count} grid squares, not all of one size. Use a case that holds those of one mesh size, by mesh (エリア種別 メッシュ).</source>
      <translation>電力量の統計が1つの大きさのメッシュにそろっていません（{count} 個）。エリア種別がメッシュで、1つの大きさの統計だけがある案件フォルダを使ってください。</translation>
    </message>
    <message>
      <source>The statistics of {count} cells or areas end before the last event ({time}): the map says nothing of the time after it.</source>
      <translation>{count}のメッシュまたは区域の統計は、最後の発生（{time}）より前で終わっています。地図はその後の状況を示しません。</translation>
    </message>
    <message>
      <source>The statistics of {newer} hold no rows for this map, though others of that day came. The map stands at the figures of {day} and says nothing of the time after them.</source>
      <translation>{newer} の統計には、この地図に使う行がありません（同じ日の別の集計は届いています）。この地図は {day} の数値によるもので、その後のことは分かりません。</translation>
    </message>
    <message>
      <source>The statistics received hold no rows by mesh of this voltage class. Choose what was registered, or register it.</source>
      <translation>受け取った統計に、この電圧分類のメッシュ別の行がありません。登録した分類を選ぶか、登録してください。</translation>
    </message>
    <message>
      <source>The statistics received hold no rows of this voltage class and cell size. Choose what was registered, or register it.</source>
      <translation>受け取った統計に、この電圧分類とメッシュの大きさの行がありません。登録した条件に合わせるか、新たに登録してください。</translation>
    </message>
    <message>
      <source>The stock of {count} row(s) of the backup power was told later than the moment of this map ({at}) and is taken as not known: {ids}. What is left there may last shorter than the map says.</source>
      <translation>非常用電源の一覧の{count}行は、残量確認日時がこの地図の時点（{at}）より後のため、備蓄量を不明として扱いました: {ids}。実際の残り時間は地図より短いことがあります。</translation>
    </message>
    <message>
      <source>The supply point does not begin with a grid area (01 to 10). Check it.</source>
      <translation>供給地点特定番号の先頭がエリアの番号（01～10）ではありません。確認してください。</translation>
    </message>
    <message>
      <source>The supply point does not have 22 digits but {count} characters; it is not sent.</source>
      <translation>供給地点特定番号が 22 桁ではなく {count} 文字です。番号は送りません。</translation>
    </message>
    <message>
      <source>The supply point had lost its leading zero; it was put back.</source>
      <translation>供給地点特定番号の先頭の 0 が欠けていたため、補いました。</translation>
    </message>
    <message>
      <source>The supply point is not in the contract master (マスタ情報)</source>
      <translation>供給地点特定番号がマスタ情報にない</translation>
    </message>
    <message>
      <source>The supply point stands at another address than the applicant's: what its meter shows is no evidence. Check the number.</source>
      <translation>供給地点が申請者と違う住所のものです。その計器の値は証拠になりません。番号を確認してください。</translation>
    </message>
    <message>
      <source>The table counts meters that were silent in the last hour of readings; the meters without power above are those of the map of the outage rate, which has other data.</source>
      <translation>表は、電力データの最後の1時間に応答のなかった計器を数えます。上段の停電（計器）は停電率の地図の値で、もとのデータが異なります。</translation>
    </message>
    <message>
      <source>The table has no column {column}. Name the column so, or choose it.</source>
      <translation>表に {column} の列がありません。列名をそろえるか、列を選んでください。</translation>
    </message>
    <message>
      <source>The table that is overwritten holds what was entered for {count} people. It is kept, but the rows get new numbers: whoever has the old table open and saves writes into another person's row. Write into the case and publish from there (“Publish to PostGIS”), which keeps the rows.</source>
      <translation>上書きされる表には{count}人分の入力があります。入力は引き継がれますが、行の番号が変わります。古い表を開いたまま保存すると、別の人の行に書き込まれます。案件に出力し、そこから「PostGISへ公開」で公開してください。行はそのまま保たれます。</translation>
    </message>
    <message>
      <source>The table {table} has no column {column}. Import the files again.</source>
      <translation>表 {table} に列 {column} がありません。ファイルをもう一度取り込んでください。</translation>
    </message>
    <message>
      <source>The table {table} of {place} cannot be opened.</source>
      <translation>{place}の表{table}を開けません。</translation>
    </message>
    <message>
      <source>The table {table} was not written to its end (column {column}). Import the files again.</source>
      <translation>表 {table} が最後まで書き込まれていません（列 {column}）。ファイルをもう一度取り込んでください。</translation>
    </message>
    <message>
      <source>The team or person that gets the tablet, e.g. 第3班. It stands in the ledger and in the package.</source>
      <translation>タブレットを渡す班または人（例 第3班）です。台帳とパッケージに残ります。</translation>
    </message>
    <message>
      <source>The time of the data is not known.</source>
      <translation>データの時刻は不明です。</translation>
    </message>
    <message>
      <source>The time of the data is unknown</source>
      <translation>データの時点は不明</translation>
    </message>
    <message>
      <source>The time to compare with is not before the moment. Choose an earlier one.</source>
      <translation>比べる時点が「時点」より前ではありません。より早い日時を選んでください。</translation>
    </message>
    <message>
      <source>The times do not fit: readings from {first} to {last}, event {event}, now {now}. The event must lie after the first day, and now after the event.</source>
      <translation>日時が合いません: 電力データ {first}～{last}、発災 {event}、現在 {now}。発災は初日より後、現在は発災より後にしてください。</translation>
    </message>
    <message>
      <source>The truck gives {kva} kVA of {wanted} kVA needed.</source>
      <translation>容量が足りません（必要 {wanted} kVA に対し {kva} kVA）。</translation>
    </message>
    <message>
      <source>The truck {truck} is listed more than once. Give each truck one row.</source>
      <translation>電源車 {truck} が一覧に二度以上あります。1 台を 1 行にしてください。</translation>
    </message>
    <message>
      <source>The truck's capacity is not known.</source>
      <translation>電源車の容量が分かりません。</translation>
    </message>
    <message>
      <source>The trucks have no column {column}. Rename the column that holds it to one of these.</source>
      <translation>電源車の一覧に列「{column}」がありません。該当する列の見出しをこのどれかに変えてください。</translation>
    </message>
    <message>
      <source>The utility says</source>
      <translation>電力会社の見通し</translation>
    </message>
    <message>
      <source>The utility's forecast as handed over; it may change. Areas that the plan does not name, or without a time, are unknown: not restored, not without an outage.</source>
      <translation>一般送配電事業者から受け取った見通しで、変わることがあります。見通しに載っていない区域と日時のない区域は「不明」です。復旧済みとも停電なしとも限りません。</translation>
    </message>
    <message>
      <source>The utility's plan (復旧見通し), shown beside the outlook. Left empty, the case's own, if it has one.</source>
      <translation>電力会社の復旧見通し。見通しと並べて示します。空欄なら案件のものを使います（登録がある場合）。</translation>
    </message>
    <message>
      <source>The utility's plan, CSV or Excel with the columns place, restored_at and, if there, households, state, note (or 地区, 復旧見込, 戸数, 状況, 備考), or its printed form with a column for each day (県, 市町村, 停電軒数, 復旧計画及び実績, days, 備考).</source>
      <translation>一般送配電事業者の計画。place、restored_at と、あれば households、state、note の列（または地区、復旧見込、戸数、状況、備考）があるCSVかExcel。日ごとの列がある様式（県、市町村、停電軒数、復旧計画及び実績、日付、備考）も読みます。</translation>
    </message>
    <message>
      <source>The utility's plan, CSV or Excel.</source>
      <translation>電力会社の復旧見通し（CSV または Excel）です。</translation>
    </message>
    <message>
      <source>The vector tiles cannot be written ({reason}). Check that the disk has room, then run again.</source>
      <translation>ベクトルタイルを書き込めません（{reason}）。ディスクの空きを確かめてから、もう一度実行してください。</translation>
    </message>
    <message>
      <source>The voltage class {voltage} has no mesh of {metres} m. Choose one of {sizes} m.</source>
      <translation>電圧分類 {voltage} に {metres} m のメッシュはありません。{sizes} m から選んでください。</translation>
    </message>
    <message>
      <source>The whole days before it are looked at. Left empty, the day of the case's event.</source>
      <translation>この日より前の日を対象とします。空欄なら案件の発災日です。</translation>
    </message>
    <message>
      <source>The work ended without saying why. See QGIS’s log.</source>
      <translation>処理が理由を示さずに終わりました。QGIS のログを確認してください。</translation>
    </message>
    <message>
      <source>The workbook {file} cannot be read. Close it elsewhere, or open it in the spreadsheet and save it again.</source>
      <translation>ブック {file} が読めません。ほかで開いていれば閉じるか、表計算ソフトで開いて保存し直してください。</translation>
    </message>
    <message>
      <source>The worker {worker} does not see the readings of the case in {folder}. Put the case folder on a share that all workers see, and where they see it elsewhere, say so in the setting “Folder of the cases as the workers see it”.</source>
      <translation>ワーカー {worker} から、案件の電力データ（{folder}）が見えません。すべてのワーカーから見える共有フォルダに案件フォルダを置き、ワーカーから見た場所が異なるときは設定「ワーカーから見た案件の親フォルダ」に指定してください。</translation>
    </message>
    <message>
      <source>The worker {worker} has another version of Tomoshibi than this computer ({code} here). Put the same zip on both and start the worker again.</source>
      <translation>ワーカー {worker} の Tomoshibi は、このパソコンのもの（{code}）と版が異なります。両方に同じ zip を入れ、ワーカーを起動し直してください。</translation>
    </message>
    <message>
      <source>The worker {worker} has no Tomoshibi of this version ({reason}). Start it with PYTHONPATH naming the folder that holds the folder “tomoshibi” (docs/cluster.md).</source>
      <translation>ワーカー {worker} に、この版の Tomoshibi がありません（{reason}）。フォルダ「tomoshibi」の親フォルダを PYTHONPATH に指定してワーカーを起動してください（docs/cluster.md）。</translation>
    </message>
    <message>
      <source>The worker {worker} has other versions than this computer: {packages}. Install the same on both, so that the results are the same.</source>
      <translation>ワーカー {worker} のパッケージの版が、このパソコンと異なります：{packages}。結果が同じになるよう、両方に同じ版を入れてください。</translation>
    </message>
    <message>
      <source>Their answers are entered in the list of the case first, person by person. What is there already is never overwritten: what contradicts it is told.</source>
      <translation>まず回答を案件の一覧に1人ずつ書き込みます。既にある回答は上書きせず、食い違うものは知らせます。</translation>
    </message>
    <message>
      <source>There are no Parquet files (*.parquet) below {folder}. Choose the folder that holds the folders municipality=….</source>
      <translation>{folder} に Parquet のファイル（*.parquet）がありません。municipality=… のフォルダが入ったフォルダを選んでください。</translation>
    </message>
    <message>
      <source>There are no figures of contracts from {low} to under {high} kW. Request 順潮流電力量 of this contract range, or choose another segment.</source>
      <translation>契約電力 {low} kW以上 {high} kW未満の値がありません。この区分の順潮流電力量を請求するか、別の区分を選んでください。</translation>
    </message>
    <message>
      <source>There are no figures of feed-in (逆潮流): solar is unknown. Request 計器数分析 or 逆潮流 of it.</source>
      <translation>逆潮流の統計がないため、太陽光は不明です。逆潮流の計器数分析または逆潮流の集計を取得してください。</translation>
    </message>
    <message>
      <source>There are no readings from after the event ({event}), so it is not known who has power again. Import newer readings.</source>
      <translation>発災（{event}）より後の電力データがないため、どこが復電したか分かりません。より新しい電力データを取り込んでください。</translation>
    </message>
    <message>
      <source>There are no readings from before the event ({event}), so it is not known which meters normally report. Import the readings of the days before.</source>
      <translation>発災（{event}）より前の電力データがなく、平常時に検針できている計器が分かりません。前日までの電力データを取り込んでください。</translation>
    </message>
    <message>
      <source>There are no states of the week from {monday}. Choose a week inside the data.</source>
      <translation>{monday} からの週の在・不在がありません。データのある週を選んでください。</translation>
    </message>
    <message>
      <source>There are no states of {day}. Choose a day inside the data.</source>
      <translation>{day} の在・不在がありません。データのある日を選んでください。</translation>
    </message>
    <message>
      <source>There are no statistics of the peacetime days asked for; what is ordinary elsewhere is used instead: {share} of meters silent for 12 hours.</source>
      <translation>指定した平常時の統計がありません。代わりに一般的な値（12時間応答のない計器 {share}）を用います。</translation>
    </message>
    <message>
      <source>There is neither an area nor a clip layer. Choose one of them.</source>
      <translation>範囲も切り抜きレイヤも指定されていません。どちらかを指定してください。</translation>
    </message>
    <message>
      <source>There is no PostgreSQL connection “{name}” in this QGIS. Make it in the browser panel, or choose another.</source>
      <translation>このQGISにはPostgreSQLの接続「{name}」がありません。ブラウザパネルで作るか、別の接続を選んでください。</translation>
    </message>
    <message>
      <source>There is no Python beside this QGIS to run processes. Empty the setting “Cluster”.</source>
      <translation>この QGIS に付属する Python が見つからないため、プロセスを起動できません。設定「クラスター」を空にしてください。</translation>
    </message>
    <message>
      <source>There is no cause “{cause}”. Choose one of {causes}.</source>
      <translation>原因「{cause}」はありません。{causes} から選んでください。</translation>
    </message>
    <message>
      <source>There is no condition {id} on this account. Look at the list of conditions.</source>
      <translation>このアカウントにデータ提供条件 {id} はありません。データ提供条件の一覧を確認してください。</translation>
    </message>
    <message>
      <source>There is no course to look ahead from, or a number of hours is not above 0.</source>
      <translation>見通しの起点となる推移がないか、時間数が0以下です。</translation>
    </message>
    <message>
      <source>There is no kind of area {kind}. Choose 1 (address) or 2 (mesh).</source>
      <translation>エリア単位区分 {kind} はありません。1（住所）か 2（メッシュ）を選んでください。</translation>
    </message>
    <message>
      <source>There is no list of links from facilities to supply points: they are looked up by name and address in 通電情報 and マスタ情報. All that are not found for certain stay unknown.</source>
      <translation>施設と供給地点の対応表がありません。通電情報とマスタ情報から名称と住所で探します。確実に見つからない施設は不明とします。</translation>
    </message>
    <message>
      <source>There is no list. Choose a CSV, an XLSX workbook or a layer.</source>
      <translation>リストがありません。CSV、XLSXブック、またはレイヤを選んでください。</translation>
    </message>
    <message>
      <source>There is no mesh of {metres} m. Choose one of {sizes} m.</source>
      <translation>{metres} m のメッシュはありません。{sizes} m から選んでください。</translation>
    </message>
    <message>
      <source>There is no method “{method}”. Choose one of {methods}.</source>
      <translation>「{method}」という方法はありません。{methods} から選んでください。</translation>
    </message>
    <message>
      <source>There is no result to score in {folder}. Make the result layers first.</source>
      <translation>{folder} に採点できる結果がありません。先に結果レイヤを作ってください。</translation>
    </message>
    <message>
      <source>There is no room to unpack {file} ({size} MB). Free space on the disk, then import again.</source>
      <translation>{file} を展開する空き容量がありません（{size} MB 必要）。ディスクの空きを増やしてから、取り込み直してください。</translation>
    </message>
    <message>
      <source>There is no scenario to serve. Choose a folder made with “Create scenario”.</source>
      <translation>提供するシナリオがありません。「シナリオを作成」で作ったフォルダを指定してください。</translation>
    </message>
    <message>
      <source>There is no service “{name}”. Choose one of {names}.</source>
      <translation>公開のしかた「{name}」はありません。{names} から選んでください。</translation>
    </message>
    <message>
      <source>There is no sheet “{sheet}”. Give one of {known}, or the path of a QPT file.</source>
      <translation>帳票「{sheet}」はありません。{known} のいずれか、またはQPTファイルのパスを指定してください。</translation>
    </message>
    <message>
      <source>There is no table “{name}”. Correct the condition.</source>
      <translation>集計表「{name}」はありません。データ提供条件を確かめてください。</translation>
    </message>
    <message>
      <source>There is no unit “{unit}”. Choose one of month, week, day.</source>
      <translation>「{unit}」という単位はありません。month、week、day から選んでください。</translation>
    </message>
    <message>
      <source>There is no voltage class {voltage}. Choose 1 (low), 2 (high) or 3 (extra high).</source>
      <translation>電圧分類 {voltage} はありません。1（低圧）、2（高圧）、3（特別高圧）から選んでください。</translation>
    </message>
    <message>
      <source>There is no voltage class “{name}”. Correct the condition.</source>
      <translation>電圧分類「{name}」はありません。データ提供条件を確かめてください。</translation>
    </message>
    <message>
      <source>There is no whole day of readings before {end}. Import more days.</source>
      <translation>{end} より前に 1 日分そろった電力データがありません。取り込む日数を増やしてください。</translation>
    </message>
    <message>
      <source>There is one date of 計器数分析 only: no growth can be calculated. Request an earlier one too.</source>
      <translation>計器数分析が1時点分しかないため、増減は示せません。それより前の時点の分も取得してください。</translation>
    </message>
    <message>
      <source>These are not single points: a point that lies on each feature decides its square.</source>
      <translation>単一の点ではないため、各地物の上にある1点の位置でメッシュを決めました。</translation>
    </message>
    <message>
      <source>These are published files. Open or create a case first, then drop them again.</source>
      <translation>集約システムから公開されたファイルです。先に案件を開くか作るかしてから、もう一度ドロップしてください。</translation>
    </message>
    <message>
      <source>These data come from the practice aggregator and are invented. The case is marked as a drill, and its maps say so. Open another case for the real disaster.</source>
      <translation>これらは訓練用集約システムから受け取った架空のデータです。案件を訓練に変更し、地図に「訓練」と表示します。実際の災害には別の案件を作成してください。</translation>
    </message>
    <message>
      <source>This QGIS cannot encrypt: its Python has no package “cryptography”, and nothing weaker is used in its place. Write the packages without encryption (ENCRYPT off) and lock them with the tool your organisation prescribes (7-Zip with AES-256, or an encrypted USB stick), or have “cryptography” installed and run again.</source>
      <translation>この QGIS では暗号化できません。Python に「cryptography」パッケージがなく、弱い暗号では代えません。暗号化なし（ENCRYPT オフ）で書き出し、組織で定めた道具（7-Zip の AES-256、暗号化 USB メモリーなど）で暗号化するか、「cryptography」を入れてから実行し直してください。</translation>
    </message>
    <message>
      <source>This QGIS has no PostgreSQL provider. Install the whole QGIS.</source>
      <translation>このQGISにはPostgreSQLのプロバイダがありません。QGIS一式をインストールしてください。</translation>
    </message>
    <message>
      <source>This case was not made here. Its files are compared with its ledger; until then it is not verified.</source>
      <translation>この案件はここで作成したものではありません。ファイルを台帳と照合しています。終わるまでは未検証です。</translation>
    </message>
    <message>
      <source>This computer has no group {group}: the case stays with this user alone. Correct the setting caseGroup (TOMOSHIBI_CASE_GROUP).</source>
      <translation>このコンピューターにグループ「{group}」がないため、案件はこの利用者だけが読める状態です。設定 caseGroup（TOMOSHIBI_CASE_GROUP）を直してください。</translation>
    </message>
    <message>
      <source>This did not work: {reason}</source>
      <translation>処理できませんでした：{reason}</translation>
    </message>
    <message>
      <source>This folder is a case itself. Choose the one with the lists and layers.</source>
      <translation>これは案件のフォルダです。一覧やレイヤが入ったフォルダを選んでください。</translation>
    </message>
    <message>
      <source>This is a drill</source>
      <translation>訓練である</translation>
    </message>
    <message>
      <source>This is a fault of the plugin: {kind} in {places}. Please report these words; no data are in them.</source>
      <translation>プラグインの不具合です({places} の {kind})。この文面のままお知らせください。データの内容は含まれていません。</translation>
    </message>
    <message>
      <source>This is more fuel than the plan provides (100,000 L in 72 hours). Ask the utility early.</source>
      <translation>計画（72時間で10万 L）を超える燃料が必要です。早めに一般送配電事業者と調整してください。</translation>
    </message>
    <message>
      <source>This week</source>
      <translation>今週</translation>
    </message>
    <message>
      <source>Thu</source>
      <translation>木</translation>
    </message>
    <message>
      <source>Time it strikes</source>
      <translation>発生時刻</translation>
    </message>
    <message>
      <source>Time of the newest data</source>
      <translation>最も新しいデータの時刻</translation>
    </message>
    <message>
      <source>Times of the data, problems and layers (JSON)</source>
      <translation>データの時刻、問題、レイヤ（JSON）</translation>
    </message>
    <message>
      <source>To</source>
      <translation>終了</translation>
    </message>
    <message>
      <source>To be confirmed: road passable</source>
      <translation>要確認：道路は通行可</translation>
    </message>
    <message>
      <source>To be deleted</source>
      <translation>削除が必要なもの</translation>
    </message>
    <message>
      <source>To be looked at</source>
      <translation>要確認</translation>
    </message>
    <message>
      <source>To be looked at by a person: cannot be judged</source>
      <translation>人による確認が必要な件数（判定不能）</translation>
    </message>
    <message>
      <source>To be reviewed</source>
      <translation>目視確認</translation>
    </message>
    <message>
      <source>Tohoku Electric Power Network</source>
      <translation>東北電力ネットワーク</translation>
    </message>
    <message>
      <source>Told by</source>
      <translation>確認者</translation>
    </message>
    <message>
      <source>Told by (office or name)</source>
      <translation>確認者（部署または氏名）</translation>
    </message>
    <message>
      <source>Told by its columns, geometry and name.</source>
      <translation>列・図形・名前から判別しました。</translation>
    </message>
    <message>
      <source>Told by its name; its columns and geometry fit.</source>
      <translation>名前から判別しました（列と図形も合っています）。</translation>
    </message>
    <message>
      <source>Told by telephone</source>
      <translation>電話での確認</translation>
    </message>
    <message>
      <source>Told for</source>
      <translation>電話確認の時点</translation>
    </message>
    <message>
      <source>Tomoshibi</source>
      <translation>灯（Tomoshibi）</translation>
    </message>
    <message>
      <source>Tomoshibi needs packages that the Python of QGIS does not have: {packages}. {how} {closed} Then start QGIS again.</source>
      <translation>Tomoshibi に必要なパッケージが QGIS の Python にありません：{packages}。{how} {closed} その後、QGIS を起動し直してください。</translation>
    </message>
    <message>
      <source>Tomoshibi {version}, made {time}</source>
      <translation>Tomoshibi {version}　作成 {time}</translation>
    </message>
    <message>
      <source>Tomoshibi: smart-meter data for disaster response</source>
      <translation>灯：災害対応のためのスマートメーターデータ</translation>
    </message>
    <message>
      <source>Too little is known of the meters</source>
      <translation>計器の状態が不明</translation>
    </message>
    <message>
      <source>Totals differ</source>
      <translation>総数の不一致</translation>
    </message>
    <message>
      <source>Trial match of names with マスタ情報</source>
      <translation>名称とマスタ情報の試し照合</translation>
    </message>
    <message>
      <source>Truck</source>
      <translation>電源車</translation>
    </message>
    <message>
      <source>Truck (kVA)</source>
      <translation>電源車の容量（kVA）</translation>
    </message>
    <message>
      <source>Truck assigned</source>
      <translation>割り当て済み</translation>
    </message>
    <message>
      <source>Truck assigned, too small</source>
      <translation>割り当て済み（容量不足）</translation>
    </message>
    <message>
      <source>Truck at work elsewhere</source>
      <translation>電源車がほかの場所で発電中</translation>
    </message>
    <message>
      <source>Truck at work here</source>
      <translation>電源車がここで発電中</translation>
    </message>
    <message>
      <source>Trucks</source>
      <translation>電源車</translation>
    </message>
    <message>
      <source>Trucks and fuel, filled in: the list of “List what support is asked for”.</source>
      <translation>電源車と燃料。「支援の要請の一覧」で作成した一覧に記入したもの。</translation>
    </message>
    <message>
      <source>Trucks are sent by the utility; the order of the facilities is the prefecture's.</source>
      <translation>電源車の派遣は一般送配電事業者が、施設の優先順位は都道府県が決めます。</translation>
    </message>
    <message>
      <source>Trucks arrived</source>
      <translation>電源車の到着</translation>
    </message>
    <message>
      <source>Trucks asked for</source>
      <translation>電源車の要請</translation>
    </message>
    <message>
      <source>Trucks asked for and arrived</source>
      <translation>電源車の要請・到着</translation>
    </message>
    <message>
      <source>Trucks assigned</source>
      <translation>割り当てた電源車</translation>
    </message>
    <message>
      <source>Trucks at work already</source>
      <translation>すでに発電中の電源車</translation>
    </message>
    <message>
      <source>Trucks proposed for {count} of {total} needs</source>
      <translation>電源車を配置する案 {count}／{total} 件</translation>
    </message>
    <message>
      <source>Trucks whose fuel is not known</source>
      <translation>燃料が不明な電源車</translation>
    </message>
    <message>
      <source>Trying…</source>
      <translation>確認しています…</translation>
    </message>
    <message>
      <source>Tue</source>
      <translation>火</translation>
    </message>
    <message>
      <source>Two days and the week before (kWh in 30 minutes)</source>
      <translation>2日間と前週の使用量（kWh／30分）</translation>
    </message>
    <message>
      <source>Two outage lists of {time} differ. Choose one of them.</source>
      <translation>{time} の通電情報が二つあり、内容が異なります。どちらかを選んでください。</translation>
    </message>
    <message>
      <source>Two outage lists of {time} differ; both are left out.</source>
      <translation>{time} の通電情報が2種類あり内容が異なるため、どちらも除きました。</translation>
    </message>
    <message>
      <source>Two scenarios are of the municipality {code}. Serve them one at a time.</source>
      <translation>自治体 {code} のシナリオが2つあります。1つずつ提供してください。</translation>
    </message>
    <message>
      <source>Type 破棄する to delete; with anything else nothing is deleted. What is deleted is gone for good.</source>
      <translation>削除するには「破棄する」と入力します。それ以外では何も削除しません。削除したものは元に戻せません。</translation>
    </message>
    <message>
      <source>Typhoon</source>
      <translation>台風</translation>
    </message>
    <message>
      <source>Typhoon, or another event that lasts</source>
      <translation>台風など継続する災害</translation>
    </message>
    <message>
      <source>UC1 Running of key facilities (shelters, hospitals)</source>
      <translation>UC① 重要施設（避難所・病院等）の運営支援</translation>
    </message>
    <message>
      <source>UC2 Outages by area, by mesh</source>
      <translation>UC② エリア別停電状況の確認（メッシュ）</translation>
    </message>
    <message>
      <source>UC2′ Outages by area, by municipality over LG-WAN</source>
      <translation>UC②′ エリア別停電状況の確認（住所・LG-WAN）</translation>
    </message>
    <message>
      <source>UC3 Rescue and identification of those affected</source>
      <translation>UC③ 救助支援や被災者特定支援</translation>
    </message>
    <message>
      <source>UC4 Evacuation of people who need support</source>
      <translation>UC④ 避難行動要支援者の避難支援</translation>
    </message>
    <message>
      <source>UC5 Seeing the damage</source>
      <translation>UC⑤ 被災状況の可視化</translation>
    </message>
    <message>
      <source>UC6 Search for the missing</source>
      <translation>UC⑥ 捜索活動への活用</translation>
    </message>
    <message>
      <source>UC7 Watching over those affected</source>
      <translation>UC⑦ 被災者見守り業務への活用</translation>
    </message>
    <message>
      <source>UC8 Disaster victim certificates</source>
      <translation>UC⑧ 罹災証明書発行業務への活用</translation>
    </message>
    <message>
      <source>UC9 Recovery and reconstruction of districts</source>
      <translation>UC⑨ 地域の復旧状況・復興状況確認</translation>
    </message>
    <message>
      <source>UC① as of</source>
      <translation>UC①の時点</translation>
    </message>
    <message>
      <source>UC②③ from</source>
      <translation>UC②③の期間</translation>
    </message>
    <message>
      <source>Unchanged since {time}: {layers}.</source>
      <translation>{time} から変更なし：{layers}。</translation>
    </message>
    <message>
      <source>Undecided: perhaps a line still out</source>
      <translation>未確定（未復旧の区間のおそれ）</translation>
    </message>
    <message>
      <source>Unit of provision</source>
      <translation>提供単位</translation>
    </message>
    <message>
      <source>Unknown</source>
      <translation>不明</translation>
    </message>
    <message>
      <source>Unknown (hatched part, number with ?)</source>
      <translation>不明（斜線部・？付き数字）</translation>
    </message>
    <message>
      <source>Unknown (masked or no figures)</source>
      <translation>不明（秘匿または数値なし）</translation>
    </message>
    <message>
      <source>Unknown (no data)</source>
      <translation>不明（データなし）</translation>
    </message>
    <message>
      <source>Unknown (no meter to compare)</source>
      <translation>不明（比較できる計器なし）</translation>
    </message>
    <message>
      <source>Unknown (no state)</source>
      <translation>不明（状態なし）</translation>
    </message>
    <message>
      <source>Unknown (perhaps asleep)</source>
      <translation>不明（就寝中の可能性）</translation>
    </message>
    <message>
      <source>Unknown by reason (JSON: reason code → count)</source>
      <translation>理由別の不明（JSON：理由コード→数）</translation>
    </message>
    <message>
      <source>Unknown: call as if without power</source>
      <translation>不明（停電とみて連絡）</translation>
    </message>
    <message>
      <source>Unknown: {unknown} of {all} meters; of the other {of}, without power {range}</source>
      <translation>不明 {unknown} 台／{all} 台、残り {of} 台のうち停電 {range} 台</translation>
    </message>
    <message>
      <source>Until {date}.</source>
      <translation>{date} まで。</translation>
    </message>
    <message>
      <source>Up to 20,000 dwellings</source>
      <translation>20,000住戸まで付ける</translation>
    </message>
    <message>
      <source>Use (kWh)</source>
      <translation>電力使用量（kWh）</translation>
    </message>
    <message>
      <source>Use a day (kWh)</source>
      <translation>1日の使用量（kWh）</translation>
    </message>
    <message>
      <source>Use a day a year before, same weekdays (kWh)</source>
      <translation>前年同曜日の1日の使用量（kWh）</translation>
    </message>
    <message>
      <source>Use a year before (kWh)</source>
      <translation>前年同月の電力使用量（kWh）</translation>
    </message>
    <message>
      <source>Use against the year before</source>
      <translation>前年同月比の電力使用量</translation>
    </message>
    <message>
      <source>Use against the year before (1 = the same)</source>
      <translation>前年同月比（1＝同じ）</translation>
    </message>
    <message>
      <source>Use at half or less of the year before: {count} of {total} areas</source>
      <translation>使用量が前年の半分以下の区域 {count}／{total}</translation>
    </message>
    <message>
      <source>Use by contract against the year before</source>
      <translation>契約1件当たりの前年同月比</translation>
    </message>
    <message>
      <source>Use case</source>
      <translation>ユースケース</translation>
    </message>
    <message>
      <source>Use cases</source>
      <translation>ユースケース</translation>
    </message>
    <message>
      <source>Use ends with the period of use; delete then.</source>
      <translation>利用期間の終了時に消去すること。</translation>
    </message>
    <message>
      <source>Use from</source>
      <translation>利用開始日</translation>
    </message>
    <message>
      <source>Use in each half-hour (kWh); grey: no readings</source>
      <translation>30分ごとの使用量（kWh）　灰色：データなし</translation>
    </message>
    <message>
      <source>Use in each half-hour (kWh); grey: no readings; white without a line: not looked at</source>
      <translation>30分ごとの使用量（kWh）　灰色：データなし　折れ線のない白：確認の対象外の日</translation>
    </message>
    <message>
      <source>Use in each half-hour (kWh); grey: no readings; white without a line: not looked at; grey line: the same weekdays a year before</source>
      <translation>30分ごとの使用量（kWh）　灰色：データなし　折れ線のない白：対象外の日　灰色の線：前年同曜日</translation>
    </message>
    <message>
      <source>Use of electricity</source>
      <translation>電気の使用</translation>
    </message>
    <message>
      <source>Use of electricity before the event, for the 罹災証明書</source>
      <translation>罹災証明書発行のための電気の使用状況確認</translation>
    </message>
    <message>
      <source>Use of homes against the same month a year before (*: provisional)</source>
      <translation>家庭の電力使用量の前年同月比（*：速報値）</translation>
    </message>
    <message>
      <source>Use of homes against the year before</source>
      <translation>家庭の電力使用量の前年同月比</translation>
    </message>
    <message>
      <source>Use of homes against the year before
{month}</source>
      <translation>家庭の電力使用量の前年同月比
{month}</translation>
    </message>
    <message>
      <source>Use of two days and the week before</source>
      <translation>2日間と1週間前の使用量</translation>
    </message>
    <message>
      <source>Use on the year before</source>
      <translation>前年同月比</translation>
    </message>
    <message>
      <source>Use readings for the first 12 hours</source>
      <translation>発生後12時間は電力データで補う</translation>
    </message>
    <message>
      <source>Use to</source>
      <translation>利用終了日</translation>
    </message>
    <message>
      <source>User Guide</source>
      <translation>手引き</translation>
    </message>
    <message>
      <source>Usual set (UC①②③)…</source>
      <translation>いつものセット（UC①②③）…</translation>
    </message>
    <message>
      <source>Utility</source>
      <translation>一般送配電事業者</translation>
    </message>
    <message>
      <source>Utility's outage areas</source>
      <translation>電力会社の停電範囲</translation>
    </message>
    <message>
      <source>Utility's outage areas and the meters</source>
      <translation>電力会社の停電範囲と計器</translation>
    </message>
    <message>
      <source>Utility's outages</source>
      <translation>電力会社の停電</translation>
    </message>
    <message>
      <source>Values of the list that were not understood</source>
      <translation>名簿・一覧で読み取れなかった値</translation>
    </message>
    <message>
      <source>Vector tiles (MBTiles)</source>
      <translation>ベクトルタイル（MBTiles）</translation>
    </message>
    <message>
      <source>Vector tiles: no result has a place</source>
      <translation>ベクトルタイル：位置のある結果がありません</translation>
    </message>
    <message>
      <source>Vehicles that bring fuel</source>
      <translation>燃料輸送車両</translation>
    </message>
    <message>
      <source>Vehicles that bring fuel (5,000 L each in 72 hours)</source>
      <translation>燃料輸送車両（1台あたり72時間で5,000 L）</translation>
    </message>
    <message>
      <source>Vendor</source>
      <translation>業者</translation>
    </message>
    <message>
      <source>Ventilator</source>
      <translation>人工呼吸器</translation>
    </message>
    <message>
      <source>Verdict</source>
      <translation>判定</translation>
    </message>
    <message>
      <source>Verify a case by its ledger</source>
      <translation>案件を台帳と照合</translation>
    </message>
    <message>
      <source>Visited, nobody answered</source>
      <translation>訪問・応答なし</translation>
    </message>
    <message>
      <source>Visiting plan</source>
      <translation>訪問計画</translation>
    </message>
    <message>
      <source>Visiting plan (見守り訪問)</source>
      <translation>見守り訪問計画</translation>
    </message>
    <message>
      <source>Voltage class</source>
      <translation>電圧分類</translation>
    </message>
    <message>
      <source>Voltage classes</source>
      <translation>電圧分類</translation>
    </message>
    <message>
      <source>Wait (minutes)</source>
      <translation>待ち時間（分）</translation>
    </message>
    <message>
      <source>Wait at most</source>
      <translation>最長待ち時間</translation>
    </message>
    <message>
      <source>Was the map right</source>
      <translation>当時の地図は正しかったか</translation>
    </message>
    <message>
      <source>Was the past map right?</source>
      <translation>答え合わせ：当時の地図は正しかったか</translation>
    </message>
    <message>
      <source>Way of delivery</source>
      <translation>提供方法</translation>
    </message>
    <message>
      <source>Way to the data</source>
      <translation>データの取得方法</translation>
    </message>
    <message>
      <source>Wed</source>
      <translation>水</translation>
    </message>
    <message>
      <source>Week</source>
      <translation>週</translation>
    </message>
    <message>
      <source>Weeks known</source>
      <translation>データのある週数</translation>
    </message>
    <message>
      <source>Were we right? Past maps by readings that came later</source>
      <translation>過去の地図の答え合わせ（後から届いたデータによる）</translation>
    </message>
    <message>
      <source>What</source>
      <translation>種別</translation>
    </message>
    <message>
      <source>What came back</source>
      <translation>戻ってきたもの</translation>
    </message>
    <message>
      <source>What could not be handed over (one line each)</source>
      <translation>渡せなかったもの（1行に1つ）</translation>
    </message>
    <message>
      <source>What could not be told (one line each)</source>
      <translation>まとめに載せられなかったもの（1行に1つ）</translation>
    </message>
    <message>
      <source>What differs</source>
      <translation>異なるもの</translation>
    </message>
    <message>
      <source>What had been entered was taken out</source>
      <translation>入っていた答えが消されている</translation>
    </message>
    <message>
      <source>What is about people is open to the logins {logins}, who have the role {role} (a role stays from one case to the next). Its administrator takes it from whom it is not for: REVOKE {role} FROM …;</source>
      <translation>個人に関する結果は、役割 {role} を持つログイン {logins} から見えます（役割は案件が替わっても残ります）。見せてはならない人がいれば、データベースの管理者が外してください：REVOKE {role} FROM …;</translation>
    </message>
    <message>
      <source>What is amiss</source>
      <translation>確認事項</translation>
    </message>
    <message>
      <source>What is assumed, why unknown</source>
      <translation>仮定・不明の理由</translation>
    </message>
    <message>
      <source>What is entered here is tried, saved or not.</source>
      <translation>保存前でも、入力中の内容で確認します。</translation>
    </message>
    <message>
      <source>What is left in the tank cannot be read: {text} (FUEL_LEFT). Write litres, as 320, or a share of the tank, as 60% or 3/4; leave it empty where nobody knows.</source>
      <translation>「発電機の燃料残量」（FUEL_LEFT）が読み取れません：{text}。320 のようにリットルで、または 60%、3/4 のようにタンクに対する割合で入れてください。分からなければ空欄にします。</translation>
    </message>
    <message>
      <source>What is missing in the case</source>
      <translation>案件に足りないもの</translation>
    </message>
    <message>
      <source>What is printed will say so. You are asked once; the case keeps the answer.</source>
      <translation>印刷物にその表示が入ります。お尋ねするのは一度だけで、答えは案件に残ります。</translation>
    </message>
    <message>
      <source>What is to be filled in (one line each)</source>
      <translation>要記入の内容（1行に1つ）</translation>
    </message>
    <message>
      <source>What is {text} (FUEL_LEFT): litres, kL, % or 割? Write the unit, as 80L, 3kL, 60%.</source>
      <translation>「発電機の燃料残量」（FUEL_LEFT）の {text} の単位は、リットル、kL、%、割のどれですか。80L、3kL、60% のように単位を付けてください。</translation>
    </message>
    <message>
      <source>What nobody wrote down is not told: without a time of arrival nothing has arrived.</source>
      <translation>記入のないことは載せていません。到着日時のないものは到着としていません。</translation>
    </message>
    <message>
      <source>What people entered there (response, by whom, when) is kept. Left empty, the layer that is overwritten; where there is none, that of this name in the case's GeoPackage.</source>
      <translation>ここに入力された内容（対応状況・対応者・対応日時）を引き継ぎます。空欄なら上書きされるレイヤから、それがなければ案件のGeoPackageの同じ名前のレイヤから引き継ぎます。</translation>
    </message>
    <message>
      <source>What should be gone and is not</source>
      <translation>削除されるべきなのに残っているものの数</translation>
    </message>
    <message>
      <source>What strikes</source>
      <translation>何が起きるか</translation>
    </message>
    <message>
      <source>What the areas lie in</source>
      <translation>区域を含む範囲</translation>
    </message>
    <message>
      <source>What the case knows</source>
      <translation>案件のもの</translation>
    </message>
    <message>
      <source>What the case says of itself</source>
      <translation>案件の記載事項</translation>
    </message>
    <message>
      <source>What the data are to be asked for: kinds and items of data follow from it. Left empty, the conditions of the files that the case received.</source>
      <translation>何のためにデータを求めるか。データの種類と項目が決まります。空欄なら、案件が受け取ったファイルのデータ提供条件によります。</translation>
    </message>
    <message>
      <source>What the data are used for, as it stands in the request.</source>
      <translation>要請に書いたとおりのデータの利用目的。</translation>
    </message>
    <message>
      <source>What the data say</source>
      <translation>データから分かること</translation>
    </message>
    <message>
      <source>What the meters say</source>
      <translation>計器の示す状態</translation>
    </message>
    <message>
      <source>What was done and what failed</source>
      <translation>行ったことと失敗したこと</translation>
    </message>
    <message>
      <source>What was entered for {count} people was not handed on, because it is not certain who they are in this list (another id, name or supply point, or several alike). It is in {file} of the case: look at each, and enter it again.</source>
      <translation>{count} 人分の入力内容は、この名簿の誰のものか確かでない（番号・氏名・供給地点が違う、または同じ人が複数いる）ため引き継ぎませんでした。案件の {file} にあります。一件ずつ確認して入力し直してください。</translation>
    </message>
    <message>
      <source>What was entered for {count} people was not handed on, because it is not certain who they are in this list (another id, name or supply point, or several alike). Look at each in the earlier list.</source>
      <translation>{count} 人分の入力内容は、この名簿の誰のものか確かでない（番号・氏名・供給地点が違う、または同じ人が複数いる）ため引き継ぎませんでした。前の一覧で一件ずつ確認してください。</translation>
    </message>
    <message>
      <source>What was found</source>
      <translation>確認の結果</translation>
    </message>
    <message>
      <source>What was found at each step (JSON)</source>
      <translation>段階ごとの結果 (JSON)</translation>
    </message>
    <message>
      <source>What was found, and what to do</source>
      <translation>結果と対応</translation>
    </message>
    <message>
      <source>What was left at the moment told of: litres (320, 320L, 1.2kL) or a share of the tank (60%, 6割, 3/4, 半分, 満タン). “Tell how long critical facilities last” goes on from it, and learns what the generator burns. A share needs the tank in the list of backup power. A number up to 100 needs its unit. To mend a slip, note it again with the same AT. Left empty where it was not asked.</source>
      <translation>確認した時刻の燃料残量。リットル（320、320L、1.2kL）またはタンクに対する割合（60%、6割、3/4、半分、満タン）。「重要施設の残り時間を表示」は、この残量から先を計算し、発電機の実際の消費量も求めます。割合で入れるときは、非常用電源の一覧にタンク容量が必要です。100以下の数には単位を付けます。誤りは、同じ「確認した時点」でもう一度記録すると直ります。聞いていなければ空欄のままにします。</translation>
    </message>
    <message>
      <source>What was published ({file}) cannot be read. Delete the file: it is then made again from what was received, without knowing whether the sets are whole.</source>
      <translation>公開データの記録（{file}）を読み取れません。このファイルを削除すると、受信したファイルから作り直します（その場合、組が揃っているかどうかは分からなくなります）。</translation>
    </message>
    <message>
      <source>What was said</source>
      <translation>聞いた内容</translation>
    </message>
    <message>
      <source>What we said, and what it was</source>
      <translation>地図の内容と実際</translation>
    </message>
    <message>
      <source>What will be sent</source>
      <translation>送信内容</translation>
    </message>
    <message>
      <source>What {count} facilities told of their tank by telephone is not used: {ids}. The list of backup power lacks their generator or their tank, has several rows of them, more fuel than the tank holds or a later stock, or their fuel is gas.</source>
      <translation>{count}施設から電話で聞いた燃料残量は使えません：{ids}。非常用電源の一覧に、発電機かタンク容量がないか、複数の行があるか、タンク容量より多い備蓄量か、より新しい残量があります。または、燃料がガスです。</translation>
    </message>
    <message>
      <source>When</source>
      <translation>対応日時</translation>
    </message>
    <message>
      <source>When everything last went well</source>
      <translation>すべてがうまくいった最後の時刻</translation>
    </message>
    <message>
      <source>When power is to be back (the utility's plan)</source>
      <translation>復旧見通し（一般送配電事業者）</translation>
    </message>
    <message>
      <source>When the meter last measured</source>
      <translation>計器が最後に計測した時刻</translation>
    </message>
    <message>
      <source>When to make layers again</source>
      <translation>作り直す条件</translation>
    </message>
    <message>
      <source>Where files that cannot be deleted, or places where people of the case were found, are known and are to stand in the report as they are. Otherwise the disposal stays open until they are cleared away.</source>
      <translation>削除できないファイルや、案件の個人の情報が見つかった場所を承知のうえで、そのまま報告に記載して終える場合に選びます。選ばなければ、取り除くまで破棄は終わりません。</translation>
    </message>
    <message>
      <source>Where it goes: by default into “reports” of the case, in a folder for the time of its data. It holds personal data and must be disposed of with the case.</source>
      <translation>保存先。既定は案件の「reports」の中のデータの時刻のフォルダです。個人データを含むため、案件とともに廃棄します。</translation>
    </message>
    <message>
      <source>Where it goes: by default into “reports” of the case.</source>
      <translation>出力先。初期値は案件の「reports」です。</translation>
    </message>
    <message>
      <source>Where it goes: by default the page into “reports” of the case, in a folder for its time. It holds totals only, but derives from personal data.</source>
      <translation>出力先。既定では、ページは案件の reports の時刻別フォルダに入ります。合計だけですが、個人データから作られています。</translation>
    </message>
    <message>
      <source>Where it is needed</source>
      <translation>必要先</translation>
    </message>
    <message>
      <source>Where it stands</source>
      <translation>所在</translation>
    </message>
    <message>
      <source>Where many meters are worked on. Left empty, threads of this computer; “processes”, processes of it; else the address of a Dask scheduler, as tcp://10.0.0.5:8786. Its workers must see the case folder.</source>
      <translation>多数の計器を処理する場所。空欄ならこのパソコンのスレッド、「processes」ならこのパソコンのプロセス、それ以外は Dask スケジューラーのアドレス（例：tcp://10.0.0.5:8786）。ワーカーから案件フォルダが見える必要があります。</translation>
    </message>
    <message>
      <source>Where meters fell silent, and which settlements may be cut off. Asks for 電力データ and マスタ情報 of every contract, without names.</source>
      <translation>計測値が途絶えた場所と、孤立のおそれのある集落を調べます。全契約の電力データとマスタ情報を、氏名なしで求めます。</translation>
    </message>
    <message>
      <source>Where missing people may be. Asks for 電力データ and マスタ情報 of every contract, for the days around the event.</source>
      <translation>行方不明者の捜索に使います。発生前後の日について、全契約の電力データとマスタ情報を求めます。</translation>
    </message>
    <message>
      <source>Where people who need support to evacuate are. Asks for 電力データ and マスタ情報 of the registered 特定契約者 only. Register the contract holders first.</source>
      <translation>避難に支援が必要な人の居場所を調べます。登録済みの特定契約者だけの電力データとマスタ情報を求めます。先に契約者を登録してください。</translation>
    </message>
    <message>
      <source>Where points without coordinates are looked up by their name.</source>
      <translation>座標のない点を名称で探すための施設。</translation>
    </message>
    <message>
      <source>Where power-supply trucks go (proposal)</source>
      <translation>電源車の配置案</translation>
    </message>
    <message>
      <source>Where the ledger ended is not noted in this QGIS profile (the case was made or copied elsewhere): whether last lines were removed cannot be told here. Compare with whoever handed it over: {lines} lines.</source>
      <translation>この QGIS のプロファイルには台帳の末尾の控えがありません（別の場所で作られたか、写しの案件です）。末尾の行が削除されたかどうかは、ここでは分かりません。引き継ぎ元と行数（{lines} 行）を照合してください。</translation>
    </message>
    <message>
      <source>Where the power is out, by municipality and ward. The same counts by address, fetched by hand over LG-WAN and brought into the case with “Import files”.</source>
      <translation>停電の状況を市区町村別に示します。住所別の通電計器数を LG-WAN の画面から手作業で取得し、ファイルの取り込みで案件に入れます。</translation>
    </message>
    <message>
      <source>Where the power is out, on a mesh. Asks for the counts of energised meters by the day, once for each voltage class. Small counts are kept secret (N/A) and stay unknown on the map.
Ask for a week before the event too: what was silent before is no outage.</source>
      <translation>停電している場所をメッシュで示します。通電計器数を日単位で、電圧分類ごとに求めます。少数の値は秘匿（N/A）され、地図では不明のままです。
発生前の1週間分も求めてください。以前から計測値がない計器は停電ではありません。</translation>
    </message>
    <message>
      <source>Where the result goes: by default the case's GeoPackage, where it takes the place of the earlier one of this theme.</source>
      <translation>結果の出力先。既定は案件の GeoPackage で、同じ主題の前回の結果と置き換わります。</translation>
    </message>
    <message>
      <source>Where there is no supply point, name and address are looked up in マスタ情報 and not kept.</source>
      <translation>供給地点特定番号がない場合に、氏名と住所をマスタ情報と照合します。照合後は残しません。</translation>
    </message>
    <message>
      <source>Where to</source>
      <translation>行き先</translation>
    </message>
    <message>
      <source>Where wards of a city are known they are drawn and counted, and the city as a whole is not.</source>
      <translation>区ごとの値がある市は区で表示・集計し、市全体の値は表示も集計もしていません。</translation>
    </message>
    <message>
      <source>Where 通電情報 was asked for a moment in the past and no condition.json lies beside the files: that moment. Left empty, the list is dated by its own creation time.</source>
      <translation>過去の時刻を指定して通電情報を求め、ファイルの隣に condition.json がないときの、その時刻。空欄なら、データの作成日時をその時刻とします。</translation>
    </message>
    <message>
      <source>Where 電力データ集約システム is reached, as given with the account.</source>
      <translation>電力データ集約システムの接続先です。アカウントとともに通知されます。</translation>
    </message>
    <message>
      <source>Where 電力データ集約システム is reached, as given with the account. Left empty: TOMOSHIBI_BASE_URL of the environment, then the address in the settings.</source>
      <translation>アカウントとともに通知された、電力データ集約システムの接続先です。空欄なら、環境変数 TOMOSHIBI_BASE_URL、次に設定の接続先を使います。</translation>
    </message>
    <message>
      <source>Whether a dwelling was lived in, for disaster victim certificates. Asks for 電力データ and マスタ情報 of the months before the event.</source>
      <translation>罹災証明のため、居住の実態を確認します。発生前の数か月の電力データとマスタ情報を求めます。</translation>
    </message>
    <message>
      <source>Whether chain and files are as the ledger says (1 or 0)</source>
      <translation>連鎖とファイルが台帳のとおりか（1または0）</translation>
    </message>
    <message>
      <source>Whether everything was disposed of (1 or 0)</source>
      <translation>すべて破棄したか（1 または 0）</translation>
    </message>
    <message>
      <source>Whether it ended, nothing remains and nothing was found (1 or 0)</source>
      <translation>破棄が終わり、残りも見つかったものもないか（1または0）</translation>
    </message>
    <message>
      <source>Whether the aggregator can be used</source>
      <translation>電力データ集約システムを使えるか</translation>
    </message>
    <message>
      <source>Whether the case counts as verified in this profile (1 or 0)</source>
      <translation>このプロファイルで検証済みとして扱うか（1 または 0）</translation>
    </message>
    <message>
      <source>Whether these are all files of their sets, as the screen listed them. yes: what is missing in them is silence. no: it is unknown. unknown: numbers of parts and of meters are looked at; where nothing seems to be missing, the sets count as whole.</source>
      <translation>画面の一覧にあった組のファイルがすべてあるかどうか。「はい」：欠けている検針値は未達（無音）とみなします。「いいえ」：不明とします。「不明」：連番と計器の数を調べ、欠けていそうになければ揃ったものとして扱います。</translation>
    </message>
    <message>
      <source>Whether this profile knows where the ledger ended (1 or 0)</source>
      <translation>このQGIS のプロファイルに台帳の末尾の控えがあるか（1または0）</translation>
    </message>
    <message>
      <source>Which earlier events the outlook leans on at its beginning; case: an event that lasts is a typhoon.</source>
      <translation>発災から間もないうちに参考とする過去の災害の種類です。「案件による」では、継続する災害を台風とみなします。</translation>
    </message>
    <message>
      <source>Which facility fails first is not known: among one kind they follow by their id. Run “Tell how long critical facilities last” first.</source>
      <translation>どの施設が先に電源を失うかは不明です。同じ種別の中は施設IDの順にしました。先に「重要施設の残り時間を表示」を実行してください。</translation>
    </message>
    <message>
      <source>Which shelters, hospitals and other key facilities have power. Asks for 通電情報 of the registered 特定契約者 at one moment: meters that sent nothing in the 12 hours before it.
Register the facilities' contracts as 特定契約者 first.</source>
      <translation>避難所や病院など重要施設に電気が来ているかを調べます。登録済みの特定契約者について、ある時刻の通電情報（その前12時間に計測値が届かなかった計器）を求めます。
先に施設の契約を特定契約者として登録してください。</translation>
    </message>
    <message>
      <source>Who agreed to a later last day of use</source>
      <translation>利用期間の延長に同意した相手</translation>
    </message>
    <message>
      <source>Who answers for the use</source>
      <translation>利用責任者</translation>
    </message>
    <message>
      <source>Who asked and who answered. It stays in the case.</source>
      <translation>誰が聞き、誰が答えたか。案件の中だけに残ります。</translation>
    </message>
    <message>
      <source>Who at the utility agreed that the data are used longer than requested at first, and when.</source>
      <translation>当初の要請より長く利用することに同意した一般送配電事業者の担当と、その日付。</translation>
    </message>
    <message>
      <source>Who fails first (assumptions are in the list)</source>
      <translation>電源が尽きる順（仮定は一覧に記載）</translation>
    </message>
    <message>
      <source>Who found that out? (name or team)</source>
      <translation>確認した人（氏名または班）を入力してください</translation>
    </message>
    <message>
      <source>Who gets it</source>
      <translation>渡す相手</translation>
    </message>
    <message>
      <source>Who gets the files, for the ledger: the report of disposal lists what is still with whom.</source>
      <translation>ファイルを渡す相手。台帳に残り、破棄報告ではまだ相手の手元にあるものとして挙がります。</translation>
    </message>
    <message>
      <source>Who lives through the aftermath at home or away, and when a visit finds somebody. Asks for 電力データ and マスタ情報 of every contract.</source>
      <translation>被災後の在・不在と、訪問に適した時間帯を調べます。全契約の電力データとマスタ情報を求めます。</translation>
    </message>
    <message>
      <source>Who may see it in SIP4D. agencies: 災害対応機関のみ. isut: ISUT-SITEのみ. public: 一般公開.</source>
      <translation>SIP4D で誰が見てよいか。agencies：災害対応機関のみ。isut：ISUT-SITE のみ。public：一般公開。</translation>
    </message>
    <message>
      <source>Who was at home at the time of the event. Asks for 電力データ and マスタ情報 of every contract. Ask for a week before the event too: presence is judged by comparing with the usual.</source>
      <translation>発生時に在宅していたかを推定します。全契約の電力データとマスタ情報を求めます。在・不在は普段との比較で判定するため、発生前の1週間分も求めてください。</translation>
    </message>
    <message>
      <source>Who withdraws tells no stock: leave FUEL_LEFT empty, or choose what holds instead (STATE).</source>
      <translation>取り消しでは燃料残量を入れられません。「発電機の燃料残量」（FUEL_LEFT）を空欄にするか、「聞いた内容」（STATE）で今の状況を選んでください。</translation>
    </message>
    <message>
      <source>Whole and within the hour</source>
      <translation>1時間以内に全部</translation>
    </message>
    <message>
      <source>Whole area</source>
      <translation>全域</translation>
    </message>
    <message>
      <source>Whole municipality</source>
      <translation>市町村全体</translation>
    </message>
    <message>
      <source>Whom to help evacuate first</source>
      <translation>避難行動要支援者の避難支援</translation>
    </message>
    <message>
      <source>Whom 通電情報 was asked for: all: every meter of the municipality. contractors: the registered 特定契約者 only. unknown: then a meter that is not listed is unknown, never powered. Readings without a condition beside them count as asked for the same: import readings of every meter apart.</source>
      <translation>通電情報を誰について求めたか。「自治体の全計器」と「特定契約者のみ」から選びます。「不明」：載っていない計器は不明とし、通電中とはみなしません。条件ファイルが隣にない電力データも、同じ範囲を求めたものとして扱います。全計器の電力データは別に取り込んでください。</translation>
    </message>
    <message>
      <source>Why</source>
      <translation>理由</translation>
    </message>
    <message>
      <source>Why it is needed, how it fits</source>
      <translation>割り当ての説明</translation>
    </message>
    <message>
      <source>Why it was not taken over</source>
      <translation>取り込まなかった理由</translation>
    </message>
    <message>
      <source>Why unknown</source>
      <translation>不明の理由</translation>
    </message>
    <message>
      <source>With a case, what is registered is compared with its lists and distinguished by your own ids, and kept as the scope of 通電情報.</source>
      <translation>案件を指定すると、登録を案件のリストと突き合わせて自治体のIDで見分け、通電情報の対象範囲として保管します。</translation>
    </message>
    <message>
      <source>With a problem</source>
      <translation>問題のある行</translation>
    </message>
    <message>
      <source>With codes</source>
      <translation>メッシュコード付き</translation>
    </message>
    <message>
      <source>With problems</source>
      <translation>問題あり</translation>
    </message>
    <message>
      <source>With three points nothing tells how well the map lies. Give more of them to know the miss.</source>
      <translation>3点だけでは、地図がどれだけ合っているかわかりません。ずれを知るには点を増やしてください。</translation>
    </message>
    <message>
      <source>Withdrawn</source>
      <translation>取り消し</translation>
    </message>
    <message>
      <source>Without a result</source>
      <translation>結果のない行</translation>
    </message>
    <message>
      <source>Without coordinates: in the list only</source>
      <translation>座標なし（一覧にのみ掲載）</translation>
    </message>
    <message>
      <source>Without power (critical ones first)</source>
      <translation>停電中の施設（重要施設から順に）</translation>
    </message>
    <message>
      <source>Without power at {time}, before the event of {event}; nothing certain since</source>
      <translation>{event}の発生前の{time}には停電。その後は確かなデータなし</translation>
    </message>
    <message>
      <source>Without power beyond peacetime: {range} of {of} meters</source>
      <translation>平常時を超える停電 {range} 台／{of} 台</translation>
    </message>
    <message>
      <source>Without power, as said: at least</source>
      <translation>停電（地図の記載）下限</translation>
    </message>
    <message>
      <source>Without power, as said: at most</source>
      <translation>停電（地図の記載）上限</translation>
    </message>
    <message>
      <source>Without power, in truth: at least</source>
      <translation>停電（実際）下限</translation>
    </message>
    <message>
      <source>Without power, in truth: at most</source>
      <translation>停電（実際）上限</translation>
    </message>
    <message>
      <source>Without power, we said</source>
      <translation>停電（地図）</translation>
    </message>
    <message>
      <source>Word document</source>
      <translation>Word 文書</translation>
    </message>
    <message>
      <source>Workbook</source>
      <translation>ブック</translation>
    </message>
    <message>
      <source>Workbook (XLSX)</source>
      <translation>Excel ブック（XLSX）</translation>
    </message>
    <message>
      <source>Workbook of the round</source>
      <translation>連絡用のブック</translation>
    </message>
    <message>
      <source>Workbooks that came back</source>
      <translation>戻ってきたブック</translation>
    </message>
    <message>
      <source>Worksheet</source>
      <translation>シート</translation>
    </message>
    <message>
      <source>Would be deleted: {kind}, {count} ({mb} MB).</source>
      <translation>削除の対象：{kind} {count} 件（{mb} MB）</translation>
    </message>
    <message>
      <source>Would be kept: {names}.</source>
      <translation>残すもの：{names}</translation>
    </message>
    <message>
      <source>Write every day received into one temporal layer, to be played with QGIS's temporal controller.</source>
      <translation>受け取った全日を1つの時系列レイヤにします。QGISの時系列コントローラーで再生できます。</translation>
    </message>
    <message>
      <source>Write supply points</source>
      <translation>供給地点特定番号を書く</translation>
    </message>
    <message>
      <source>Write the request for the data</source>
      <translation>データ提供の要請文書を作成</translation>
    </message>
    <message>
      <source>Writes the profile that ships to a new file, to be edited with the design document in hand.</source>
      <translation>標準の接続プロファイルを新しいファイルに書き出します。設計書を手元に置いて書き換えてください。</translation>
    </message>
    <message>
      <source>Written: {files}</source>
      <translation>書き出しました：{files}</translation>
    </message>
    <message>
      <source>Wrong</source>
      <translation>誤り</translation>
    </message>
    <message>
      <source>Wrong, the dangerous kind first (meters without power)</source>
      <translation>外れた区域（危険側が先、停電の計器数）</translation>
    </message>
    <message>
      <source>Wrong: it was darker than said</source>
      <translation>誤り：表示より停電が多かった</translation>
    </message>
    <message>
      <source>Wrong: there was more power than said</source>
      <translation>誤り：表示より停電が少なかった</translation>
    </message>
    <message>
      <source>Yes</source>
      <translation>はい</translation>
    </message>
    <message>
      <source>Your own id of the facility or person. Use cases are distinguished by it, and facilities are linked to supply points.</source>
      <translation>施設や対象者に自治体が付けたID。ユースケースを見分け、施設と供給地点を対応づけるのに使います。</translation>
    </message>
    <message>
      <source>Zoom to the layer</source>
      <translation>レイヤの範囲を表示</translation>
    </message>
    <message>
      <source>[Drill] {title}</source>
      <translation>【訓練】{title}</translation>
    </message>
    <message>
      <source>a list</source>
      <translation>リスト</translation>
    </message>
    <message>
      <source>a meter that cannot be read remotely is unknown, not dark</source>
      <translation>遠隔で検針できない計器は停電ではなく不明のため</translation>
    </message>
    <message>
      <source>a number</source>
      <translation>数値</translation>
    </message>
    <message>
      <source>a part of the area</source>
      <translation>一部の区域</translation>
    </message>
    <message>
      <source>a removed meter is not an outage</source>
      <translation>撤去された計器は停電ではないため</translation>
    </message>
    <message>
      <source>a text in quotation marks</source>
      <translation>引用符で囲んだ文字列</translation>
    </message>
    <message>
      <source>a truck at work {count}</source>
      <translation>電源車が稼働中 {count}件</translation>
    </message>
    <message>
      <source>a value can be read by this window alone</source>
      <translation>このウィンドウでしか読み取れない値があります</translation>
    </message>
    <message>
      <source>a whole number</source>
      <translation>整数</translation>
    </message>
    <message>
      <source>accepted</source>
      <translation>受付済み</translation>
    </message>
    <message>
      <source>age of the battery not told</source>
      <translation>蓄電池の経過年数が不明（表示どおりと仮定）</translation>
    </message>
    <message>
      <source>all contracts</source>
      <translation>全契約</translation>
    </message>
    <message>
      <source>all: every class received, each by its own cells, in one layer with the field voltage.</source>
      <translation>「すべて（分類ごとのメッシュで）」：受け取ったすべての分類を、それぞれのメッシュで1つのレイヤにし、voltage（電圧分類）の属性で区別します。</translation>
    </message>
    <message>
      <source>an ended contract is not an outage</source>
      <translation>廃止された契約は停電ではないため</translation>
    </message>
    <message>
      <source>an object with named values</source>
      <translation>名前の付いた値の組（オブジェクト）</translation>
    </message>
    <message>
      <source>an unknown day</source>
      <translation>日付不明</translation>
    </message>
    <message>
      <source>and {count} more</source>
      <translation>ほか{count}件</translation>
    </message>
    <message>
      <source>application: mail that applies for the use of the aggregator (利用申請). comprehensive: blanket request to the utility in a disaster (包括要請). individual: individual request to METI, for drills and all else (個別要請). explanation: the papers that explain it (個別要請の説明資料).</source>
      <translation>application：電力データ集約システムの利用申請のメール。comprehensive：非常災害時に一般送配電事業者へ出す包括要請。individual：防災訓練時などに経済産業大臣へ出す個別要請。explanation：個別要請の説明資料。</translation>
    </message>
    <message>
      <source>arrived</source>
      <translation>到着</translation>
    </message>
    <message>
      <source>as of {time}, data until {until}</source>
      <translation>{time}時点、データは{until}まで</translation>
    </message>
    <message>
      <source>as said {count}</source>
      <translation>表示どおり {count}</translation>
    </message>
    <message>
      <source>as soon as this one is done</source>
      <translation>実行中の更新が終わりしだい</translation>
    </message>
    <message>
      <source>as usual for the use case</source>
      <translation>ユースケースの標準</translation>
    </message>
    <message>
      <source>ask: how many kW do the selected circuits use?</source>
      <translation>要確認：非常回路は何kWか</translation>
    </message>
    <message>
      <source>ask: is the whole building on the generator, or selected circuits only?</source>
      <translation>要確認：発電機は全館か、非常回路のみか</translation>
    </message>
    <message>
      <source>ask: what is left in the tank?</source>
      <translation>要確認：燃料残量</translation>
    </message>
    <message>
      <source>asked, no answer</source>
      <translation>要請中（回答なし）</translation>
    </message>
    <message>
      <source>at least</source>
      <translation>以上</translation>
    </message>
    <message>
      <source>at most</source>
      <translation>以下</translation>
    </message>
    <message>
      <source>at work {count}</source>
      <translation>稼働中 {count}</translation>
    </message>
    <message>
      <source>auto: GSI tiles where they can be reached within 3 seconds. none: the case's own boundary and areas only; nothing is fetched.</source>
      <translation>「地理院タイル（つながる場合）」：3秒以内に応答があれば地理院タイルを敷きます。「なし」：案件の境界と区域だけを描き、通信しません。</translation>
    </message>
    <message>
      <source>auto: recognised by its content. no: the columns are called field_1, field_2 …</source>
      <translation>「内容から判断」：見出し行の有無を内容から判断します。「いいえ」：列を field_1、field_2 … と呼びます。</translation>
    </message>
    <message>
      <source>batch {number}</source>
      <translation>分担 {number}</translation>
    </message>
    <message>
      <source>battery as if none: what is told of it is not understood</source>
      <translation>蓄電池の記載が読めず、ないものとして計算</translation>
    </message>
    <message>
      <source>battery by its age</source>
      <translation>蓄電池の経過年数による</translation>
    </message>
    <message>
      <source>behind a failed relay {share} %</source>
      <translation>中継局 {share} %</translation>
    </message>
    <message>
      <source>being prepared</source>
      <translation>作成中</translation>
    </message>
    <message>
      <source>blanket request</source>
      <translation>包括要請</translation>
    </message>
    <message>
      <source>blanket: 包括要請, to the utility in a disaster. individual: 個別要請, for drills and everything else.</source>
      <translation>「包括要請」：災害時、一般送配電事業者へ。「個別要請」：訓練やその他の場合。</translation>
    </message>
    <message>
      <source>by address</source>
      <translation>住所</translation>
    </message>
    <message>
      <source>by mesh</source>
      <translation>メッシュ</translation>
    </message>
    <message>
      <source>by telephone: {state}</source>
      <translation>電話：{state}</translation>
    </message>
    <message>
      <source>by the day</source>
      <translation>日単位</translation>
    </message>
    <message>
      <source>by the month</source>
      <translation>月単位</translation>
    </message>
    <message>
      <source>bytes that the encodings of the profile do not know.</source>
      <translation>接続プロファイルの文字コードでは読めないバイトがあります。</translation>
    </message>
    <message>
      <source>cannot be found out from here: {where}</source>
      <translation>ここからは確認できません。{where}</translation>
    </message>
    <message>
      <source>cannot be judged {count}</source>
      <translation>検証できない {count}</translation>
    </message>
    <message>
      <source>cannot be read remotely</source>
      <translation>遠隔検針の対象外</translation>
    </message>
    <message>
      <source>case.json in {folder} cannot be read. Restore it from a copy, or make a new case.</source>
      <translation>{folder} の case.json を読めません。控えから戻すか、案件を作り直してください。</translation>
    </message>
    <message>
      <source>checked</source>
      <translation>検査済み</translation>
    </message>
    <message>
      <source>choose…</source>
      <translation>選んでください…</translation>
    </message>
    <message>
      <source>confirmed_powered: the line gives power. confirmed_out: it gives none. own_generator: it runs on its own generator, which never counts as power of the line. truck: a power truck feeds it. withdrawn: what was noted before no longer holds.</source>
      <translation>confirmed_powered：系統から通電している。confirmed_out：停電している。own_generator：自家発で運転中（「通電」とは数えません）。truck：電源車で給電中。withdrawn：以前の記録を取り消す。</translation>
    </message>
    <message>
      <source>consumption by a general table</source>
      <translation>一般の燃費表による</translation>
    </message>
    <message>
      <source>consumption by two stocks</source>
      <translation>備蓄量と残量から求めた消費量</translation>
    </message>
    <message>
      <source>contract master</source>
      <translation>マスタ情報</translation>
    </message>
    <message>
      <source>contract not in force</source>
      <translation>契約期間外</translation>
    </message>
    <message>
      <source>daily</source>
      <translation>日次</translation>
    </message>
    <message>
      <source>data {when}</source>
      <translation>データ {when}</translation>
    </message>
    <message>
      <source>database {name}</source>
      <translation>データベース {name}</translation>
    </message>
    <message>
      <source>day not entered</source>
      <translation>要請日は未入力</translation>
    </message>
    <message>
      <source>district: 地区, 町内会, 自治会. commissioner: 民生委員. supporter: 避難支援等実施者.</source>
      <translation>district：地区・町内会・自治会。commissioner：民生委員。supporter：避難支援等実施者。</translation>
    </message>
    <message>
      <source>earthquake: on a winter night, settlements cut off. typhoon: a September evening, feeders drop for hours and come back in steps over days, many broken service wires. feeder: a fault of two feeders on a May morning, for hours, nobody cut off. blackout: the whole grid goes dark on a September night, every meter is silent. The outage history of open data goes with earthquake only.</source>
      <translation>「地震」：冬の夜の地震。孤立する集落あり。「台風」：9月の夕方。配電線が数時間にわたり次々に停電し、数日かけて段階的に復旧、引込線の断線が多い。「配電線の故障」：5月の朝の配電線2回線の事故。数時間、孤立なし。「全域停電（ブラックアウト）」：9月の夜に全域が停電し、すべての計器から検針値が届かなくなる。オープンデータの停電経過は「地震」でだけ使います。</translation>
    </message>
    <message>
      <source>empty: this computer</source>
      <translation>空欄：このパソコン</translation>
    </message>
    <message>
      <source>encrypted by Windows (EFS) for this user</source>
      <translation>Windows（EFS）により、この利用者用に暗号化されています</translation>
    </message>
    <message>
      <source>encrypted disk (LUKS)</source>
      <translation>暗号化されたディスク（LUKS）</translation>
    </message>
    <message>
      <source>encrypted folder ({kind})</source>
      <translation>暗号化されたフォルダ（{kind}）</translation>
    </message>
    <message>
      <source>energised meters</source>
      <translation>通電計器数</translation>
    </message>
    <message>
      <source>energy fed in</source>
      <translation>逆潮流電力量</translation>
    </message>
    <message>
      <source>energy used</source>
      <translation>順潮流電力量</translation>
    </message>
    <message>
      <source>every meter</source>
      <translation>自治体の全計器</translation>
    </message>
    <message>
      <source>extra high voltage</source>
      <translation>特別高圧</translation>
    </message>
    <message>
      <source>facilities: 重要施設リスト, which prefecture and utility share in peacetime. support: trucks and fuel that were asked for and came, from the proposal for trucks and from what people entered; trucks, fuel: one of the two.</source>
      <translation>facilities：平常時から都道府県と一般送配電事業者が共有する重要施設リスト。support：電源車と燃料の要請・到着（電源車の配置案と入力された内容から）。trucks、fuel：その片方。</translation>
    </message>
    <message>
      <source>failed</source>
      <translation>失敗</translation>
    </message>
    <message>
      <source>failed radio relays known in {count} areas</source>
      <translation>通信中継局の故障が判明 {count} 区域</translation>
    </message>
    <message>
      <source>fails between {low} and {high}</source>
      <translation>尽きる見込み {low}～{high}</translation>
    </message>
    <message>
      <source>field package {name}</source>
      <translation>現地用パッケージ {name}</translation>
    </message>
    <message>
      <source>figure masked or blank</source>
      <translation>秘匿または空欄</translation>
    </message>
    <message>
      <source>final figures (確報)</source>
      <translation>確報値</translation>
    </message>
    <message>
      <source>forms and packages</source>
      <translation>調査票・パッケージ</translation>
    </message>
    <message>
      <source>generation on the roof hides use</source>
      <translation>屋根の発電で使用量が見えなくなるため</translation>
    </message>
    <message>
      <source>granted</source>
      <translation>可（未到着）</translation>
    </message>
    <message>
      <source>granted, not there yet: {granted}   refused: {refused}</source>
      <translation>可（未到着） {granted}　不可 {refused}</translation>
    </message>
    <message>
      <source>high voltage</source>
      <translation>高圧</translation>
    </message>
    <message>
      <source>high voltage, feed-in</source>
      <translation>高圧・特高／受電</translation>
    </message>
    <message>
      <source>high voltage, supply</source>
      <translation>高圧・特高／供給</translation>
    </message>
    <message>
      <source>higher {count}</source>
      <translation>上昇 {count}</translation>
    </message>
    <message>
      <source>hospitals and clinics {dark} of {total}</source>
      <translation>病院・診療所 {dark}／{total}</translation>
    </message>
    <message>
      <source>hospitals, care and waterworks among them {count} of {total}</source>
      <translation>うち病院・福祉・水道・庁舎 {count}／{total}</translation>
    </message>
    <message>
      <source>hour of the stock not told</source>
      <translation>残量確認の時刻が不明</translation>
    </message>
    <message>
      <source>hours</source>
      <translation>時間</translation>
    </message>
    <message>
      <source>hours by the kind of facility</source>
      <translation>種別による時間</translation>
    </message>
    <message>
      <source>html: one page with map, list and search that needs no network. geojson, kml, xlsx: the same for other programs. geopdf: a page a theme that GIS opens in its place. sip4d: a SIP4D-ZIP package, which needs an address for questions. mbtiles: vector tiles with a style, for a server in the intranet.</source>
      <translation>html：地図・一覧・検索を1ページにまとめ、ネットワークは不要です。geojson・kml・xlsx：ほかのソフトのための同じ内容です。geopdf：主題ごとに1ページで、GISで正しい位置に開きます。sip4d：SIP4D-ZIP（問い合わせ先が必要）です。mbtiles：庁内サーバー向けのベクトルタイルとスタイルです。</translation>
    </message>
    <message>
      <source>https://… as given with the account</source>
      <translation>https://…（アカウントとともに通知されたもの）</translation>
    </message>
    <message>
      <source>ideal: whole and within the hour. today: a day is published the next morning (前日まで), lists and statistics too. realtime: hours late, high voltage four hours behind low voltage. today and realtime also have what goes wrong: parts that are missing or late, conditions that fail or come back empty, updates of a few contractors alone, rows from the future, a meter ahead of the others.</source>
      <translation>「1時間以内に全部」：遅れなし。「1日分を翌朝に公開」：前日までの分がそろう。通電情報と統計も同じ。「数時間遅れ」：高圧は低圧よりさらに4時間遅れ。「1日分を翌朝に公開」と「数時間遅れ」では、分割ファイルの欠けや遅れ、失敗または空になる提供条件、一部の契約者だけの更新、未来の日付の行、他より進んだ計器なども起こります。</translation>
    </message>
    <message>
      <source>in drums of 200 L</source>
      <translation>200 Lドラム缶（本）</translation>
    </message>
    <message>
      <source>in part</source>
      <translation>一部停電</translation>
    </message>
    <message>
      <source>in part {count}</source>
      <translation>一部停電 {count}</translation>
    </message>
    <message>
      <source>in the plan without a time {count}</source>
      <translation>見通しにあるが日時不明 {count}</translation>
    </message>
    <message>
      <source>in {hours} h</source>
      <translation>{hours} 時間後</translation>
    </message>
    <message>
      <source>individual request</source>
      <translation>個別要請</translation>
    </message>
    <message>
      <source>inputs that name people</source>
      <translation>個人を含む名簿など</translation>
    </message>
    <message>
      <source>inside</source>
      <translation>内</translation>
    </message>
    <message>
      <source>inside it and at home {count}</source>
      <translation>危険区域内で在宅 {count}</translation>
    </message>
    <message>
      <source>inside the hazard area</source>
      <translation>危険区域内</translation>
    </message>
    <message>
      <source>inside the hazard area {count}</source>
      <translation>危険区域内 {count}</translation>
    </message>
    <message>
      <source>is missing</source>
      <translation>がありません</translation>
    </message>
    <message>
      <source>it does not have the right number of digits (a spreadsheet may have changed it).</source>
      <translation>桁数が正しくありません（表計算ソフトで変わった可能性があります）。</translation>
    </message>
    <message>
      <source>it holds characters that an identifier cannot have, or is too long.</source>
      <translation>識別番号に使えない文字があるか、長すぎます。</translation>
    </message>
    <message>
      <source>it is a day that no data can be of. The rest of the row is used.</source>
      <translation>データの日付としてありえない日です。行の残りは使います。</translation>
    </message>
    <message>
      <source>it is blank.</source>
      <translation>空欄です。</translation>
    </message>
    <message>
      <source>it is larger than any meter counts.</source>
      <translation>計器ではあり得ない大きさです。</translation>
    </message>
    <message>
      <source>it is later than the publication of the file, or than now.</source>
      <translation>ファイルの公開（または現在）より後の時刻です。</translation>
    </message>
    <message>
      <source>it is more than a meter of its voltage class can count. That the meter answered is used.</source>
      <translation>この電圧分類の計器が計量できる量を超えています。計器が応答したことだけを使います。</translation>
    </message>
    <message>
      <source>it is negative.</source>
      <translation>負の値です。</translation>
    </message>
    <message>
      <source>it is not a date or time of the profile’s form.</source>
      <translation>接続プロファイルで定めた形の日付・時刻ではありません。</translation>
    </message>
    <message>
      <source>it is not a date with a half-hour 01 to 48 of the profile.</source>
      <translation>接続プロファイルで定めた日付と 30 分コード（01～48）ではありません。</translation>
    </message>
    <message>
      <source>it is not a date with the number or time of a step, as the profile says for these files.</source>
      <translation>接続プロファイルがこのファイルについて定める、刻みの番号や時刻の付いた日付ではありません。</translation>
    </message>
    <message>
      <source>it is not a number.</source>
      <translation>数値ではありません。</translation>
    </message>
    <message>
      <source>it is not an object with named values.</source>
      <translation>名前と値の組（オブジェクト）ではありません。</translation>
    </message>
    <message>
      <source>it is outside Japan, so that the place is not known.</source>
      <translation>日本の範囲の外なので、場所は不明とします。</translation>
    </message>
    <message>
      <source>it is years before the case begins.</source>
      <translation>案件の始まりより何年も前の時刻です。</translation>
    </message>
    <message>
      <source>it lies on another computer ({kind}): ask who runs that</source>
      <translation>別のコンピュータ上にあります（{kind}）。管理者に確認してください</translation>
    </message>
    <message>
      <source>it lies outside Japan</source>
      <translation>日本の範囲の外にある</translation>
    </message>
    <message>
      <source>it lies outside Japan; if latitude and longitude were swapped it would fit</source>
      <translation>日本の範囲の外にある（緯度と経度を入れ替えれば範囲に入る）</translation>
    </message>
    <message>
      <source>its fuel comes by a pipe</source>
      <translation>都市ガスのため備蓄量で判断できない</translation>
    </message>
    <message>
      <source>its meters sent nothing later of that time</source>
      <translation>後からデータが届いていない</translation>
    </message>
    <message>
      <source>its time has passed {count}</source>
      <translation>うち見込みの日時を過ぎている {count}</translation>
    </message>
    <message>
      <source>joins the contract to readings and outages</source>
      <translation>契約を電力データ・通電情報と結び付けるため</translation>
    </message>
    <message>
      <source>joins the contract to the registered list</source>
      <translation>登録した特定契約者と結び付けるため</translation>
    </message>
    <message>
      <source>keep: as it is. yes: every map says that it is a drill. no: the data are real.</source>
      <translation>「変更しない」：いまのまま。「はい」：すべての地図に訓練と表示する。「いいえ」：データは本物。</translation>
    </message>
    <message>
      <source>keep: as it is. yes: results about people stay on the screen; lists, sheets and files are refused.</source>
      <translation>keep：変更しない。yes：個人に関する結果は画面での確認に限り、一覧・地図・ファイルの出力を断ります。</translation>
    </message>
    <message>
      <source>last week {last}   this week {this}</source>
      <translation>前週 {last}　今週 {this}</translation>
    </message>
    <message>
      <source>later than now</source>
      <translation>現在より後</translation>
    </message>
    <message>
      <source>layers</source>
      <translation>レイヤ</translation>
    </message>
    <message>
      <source>layers.gpkg of the case holds no result yet, and none is on the screen. Make the layers of the situation first, for instance with the morning brief.</source>
      <translation>案件の layers.gpkg にも画面上にも結果がありません。先に「朝の地図一式を作成」などで状況のレイヤを作成してください。</translation>
    </message>
    <message>
      <source>layers.gpkg of the case holds none of the results asked for ({results}). Make them first.</source>
      <translation>案件の layers.gpkg に、求められた結果（{results}）がありません。先に作ってください。</translation>
    </message>
    <message>
      <source>less care needed</source>
      <translation>介護の必要度：低</translation>
    </message>
    <message>
      <source>less dark than said {count}</source>
      <translation>停電が少なかった {count}</translation>
    </message>
    <message>
      <source>less than 0.1 h</source>
      <translation>0.1 時間未満</translation>
    </message>
    <message>
      <source>list not known</source>
      <translation>一覧が未取得</translation>
    </message>
    <message>
      <source>litres lacking in all: {litres}</source>
      <translation>不足する燃料の合計 {litres} L</translation>
    </message>
    <message>
      <source>load as a share of the generator</source>
      <translation>負荷は発電機容量からの仮定</translation>
    </message>
    <message>
      <source>low voltage</source>
      <translation>低圧</translation>
    </message>
    <message>
      <source>low voltage, feed-in</source>
      <translation>低圧／受電</translation>
    </message>
    <message>
      <source>low voltage, supply</source>
      <translation>低圧／供給</translation>
    </message>
    <message>
      <source>low: 低圧スマート電力量メータ (0x0288). high: 高圧 (0x028A). Counts where the log does not tell it.</source>
      <translation>「低圧」：低圧スマート電力量メータ（0x0288）、「高圧」：高圧スマート電力量メータ（0x028A）。ログに種類が書かれていないときに使います。</translation>
    </message>
    <message>
      <source>lower {count}</source>
      <translation>低下 {count}</translation>
    </message>
    <message>
      <source>manual</source>
      <translation>手引き</translation>
    </message>
    <message>
      <source>map sheets and documents</source>
      <translation>帳票・文書</translation>
    </message>
    <message>
      <source>masked {count} squares</source>
      <translation>秘匿 {count} メッシュ</translation>
    </message>
    <message>
      <source>matched</source>
      <translation>一致</translation>
    </message>
    <message>
      <source>matched {time}</source>
      <translation>{time} 照合</translation>
    </message>
    <message>
      <source>may use more than the generator carries: may stop then</source>
      <translation>発電機の容量を超えて使う時刻があり、そのとき止まるおそれ</translation>
    </message>
    <message>
      <source>meters of the same kind did not report either</source>
      <translation>同種の計器からも応答なし</translation>
    </message>
    <message>
      <source>meters with feed-in</source>
      <translation>逆潮流計器数</translation>
    </message>
    <message>
      <source>meters with use</source>
      <translation>順潮流計器数</translation>
    </message>
    <message>
      <source>moment</source>
      <translation>判定時刻</translation>
    </message>
    <message>
      <source>monthly</source>
      <translation>月次</translation>
    </message>
    <message>
      <source>more than 10 % fewer</source>
      <translation>10％を超える減少</translation>
    </message>
    <message>
      <source>more than 3 % more</source>
      <translation>3％を超える増加</translation>
    </message>
    <message>
      <source>more than 90 %</source>
      <translation>90 % 超</translation>
    </message>
    <message>
      <source>more than {hours} hours before the moment shown</source>
      <translation>表示時刻より{hours}時間以上前</translation>
    </message>
    <message>
      <source>more than {hours} hours old when printed, {time}</source>
      <translation>作成時（{time}）には{hours}時間以上前</translation>
    </message>
    <message>
      <source>much care needed</source>
      <translation>介護の必要度：高</translation>
    </message>
    <message>
      <source>must have ended since the data, if not refuelled and power not back: {count} facilities</source>
      <translation>データの後に尽きたはず（給油・復電がなければ） {count} 施設</translation>
    </message>
    <message>
      <source>must have ended: {count}</source>
      <translation>尽きたはず {count}</translation>
    </message>
    <message>
      <source>need of care not stated</source>
      <translation>介護の必要度：記載なし</translation>
    </message>
    <message>
      <source>needs in the proposal: {n}</source>
      <translation>配置案の行き先 {n} か所</translation>
    </message>
    <message>
      <source>needs {kva} kVA</source>
      <translation>必要 {kva} kVA</translation>
    </message>
    <message>
      <source>neither telephone nor mail entered</source>
      <translation>電話・メールの記入なし</translation>
    </message>
    <message>
      <source>new {count}</source>
      <translation>新規 {count}</translation>
    </message>
    <message>
      <source>new: layers of which anything changed that they were made of: data, lists, files that were given, settings, the version of the plugin. all: every layer.</source>
      <translation>new：もとになったもの（データ、名簿、指定したファイル、設定、プラグインの版）が一つでも変わったレイヤ。all：すべてのレイヤ。</translation>
    </message>
    <message>
      <source>newest data at {time}</source>
      <translation>{time} 時点の最新データ</translation>
    </message>
    <message>
      <source>newly out {count}</source>
      <translation>新たに停電 {count}</translation>
    </message>
    <message>
      <source>night hold</source>
      <translation>夜間</translation>
    </message>
    <message>
      <source>no area can be judged yet</source>
      <translation>検証できる区域はまだありません</translation>
    </message>
    <message>
      <source>no area has this name</source>
      <translation>この名前の区域がありません</translation>
    </message>
    <message>
      <source>no end is set; look it up in the request</source>
      <translation>終わりの日が未入力です。要請文書を確認してください</translation>
    </message>
    <message>
      <source>no fitting layer in the project</source>
      <translation>プロジェクトに合うレイヤがありません</translation>
    </message>
    <message>
      <source>no longer listed {count}</source>
      <translation>解消 {count}</translation>
    </message>
    <message>
      <source>no longer out {count}</source>
      <translation>復電 {count}</translation>
    </message>
    <message>
      <source>no month</source>
      <translation>対象月なし</translation>
    </message>
    <message>
      <source>no more than meters that lose their connection</source>
      <translation>通信が途絶えた計器の見込み数と変わらない</translation>
    </message>
    <message>
      <source>no promising hour</source>
      <translation>在宅の見込める時間なし</translation>
    </message>
    <message>
      <source>no proposal was made</source>
      <translation>配置案は未作成</translation>
    </message>
    <message>
      <source>no reading of this meter in the half-hour</source>
      <translation>この30分値がこの計器から届いていない</translation>
    </message>
    <message>
      <source>no readings came late</source>
      <translation>後から届いたデータなし</translation>
    </message>
    <message>
      <source>no readings came late, so nothing can be judged</source>
      <translation>後から届いたデータがなく、正しかったかどうかは検証できません</translation>
    </message>
    <message>
      <source>no sign of long absence</source>
      <translation>長期不在の兆候なし</translation>
    </message>
    <message>
      <source>no sign of use</source>
      <translation>使用の形跡なし</translation>
    </message>
    <message>
      <source>no sign of use {count}</source>
      <translation>使用のしるしなし {count}</translation>
    </message>
    <message>
      <source>no supply point linked</source>
      <translation>供給地点との対応づけなし</translation>
    </message>
    <message>
      <source>no time given</source>
      <translation>日時の記載なし</translation>
    </message>
    <message>
      <source>no time is decided yet; it is on the map without</source>
      <translation>時期は未定です。時刻なしで地図に載せます</translation>
    </message>
    <message>
      <source>no truck left for {count}</source>
      <translation>電源車が足りない {count} 件</translation>
    </message>
    <message>
      <source>no truck left {count}</source>
      <translation>電源車なし {count}件</translation>
    </message>
    <message>
      <source>nobody</source>
      <translation>担当なし</translation>
    </message>
    <message>
      <source>none</source>
      <translation>なし</translation>
    </message>
    <message>
      <source>none added in QGIS</source>
      <translation>QGIS での追加なし</translation>
    </message>
    <message>
      <source>none is named</source>
      <translation>内容は不明です</translation>
    </message>
    <message>
      <source>none yet</source>
      <translation>まだありません</translation>
    </message>
    <message>
      <source>none; choose “Refresh now” when the account is in order</source>
      <translation>なし（アカウントを確認してから「今すぐ更新」を選んでください）</translation>
    </message>
    <message>
      <source>not asked yet</source>
      <translation>未要請</translation>
    </message>
    <message>
      <source>not chosen</source>
      <translation>未選択</translation>
    </message>
    <message>
      <source>not comparable {count}</source>
      <translation>比較できない {count}</translation>
    </message>
    <message>
      <source>not due yet when published</source>
      <translation>公開時点でまだ届く時刻でない</translation>
    </message>
    <message>
      <source>not entered</source>
      <translation>未入力</translation>
    </message>
    <message>
      <source>not entered yet</source>
      <translation>未入力</translation>
    </message>
    <message>
      <source>not found</source>
      <translation>該当なし</translation>
    </message>
    <message>
      <source>not in the plan {count}</source>
      <translation>見通しに記載なし {count}</translation>
    </message>
    <message>
      <source>not in the scope asked for</source>
      <translation>要求した範囲の外</translation>
    </message>
    <message>
      <source>not kept</source>
      <translation>なし</translation>
    </message>
    <message>
      <source>not known</source>
      <translation>不明</translation>
    </message>
    <message>
      <source>not known since when it is without power</source>
      <translation>いつから停電しているか分からない</translation>
    </message>
    <message>
      <source>not known whether inside the hazard area {count}</source>
      <translation>危険区域の内外が不明 {count}</translation>
    </message>
    <message>
      <source>not known whom</source>
      <translation>分からない（載っていない計器は不明とします）</translation>
    </message>
    <message>
      <source>not made</source>
      <translation>未作成</translation>
    </message>
    <message>
      <source>not needed for this use case</source>
      <translation>このユースケースには不要</translation>
    </message>
    <message>
      <source>not stated: counted as high</source>
      <translation>記載なし（高とみなす）</translation>
    </message>
    <message>
      <source>not taken</source>
      <translation>取り込まない</translation>
    </message>
    <message>
      <source>nothing in them tells yet of what came after the event of {time}</source>
      <translation>{time} の発災後のことは、まだ分かりません</translation>
    </message>
    <message>
      <source>nothing is told of its backup power</source>
      <translation>非常用電源の情報がない</translation>
    </message>
    <message>
      <source>nothing is told of its disk ({kind})</source>
      <translation>ディスクについての情報がありません（{kind}）</translation>
    </message>
    <message>
      <source>nothing received from after the event</source>
      <translation>発生後のデータを受け取っていない</translation>
    </message>
    <message>
      <source>now {now}, in {hours} h {expected} ({bounds})</source>
      <translation>現在{now}、{hours}時間後{expected}（{bounds}）</translation>
    </message>
    <message>
      <source>numpy, pandas, pyproj and requests are there.</source>
      <translation>numpy、pandas、pyproj、requests があります。</translation>
    </message>
    <message>
      <source>once</source>
      <translation>随時</translation>
    </message>
    <message>
      <source>only in the case</source>
      <translation>案件のみ</translation>
    </message>
    <message>
      <source>only registered</source>
      <translation>登録のみ</translation>
    </message>
    <message>
      <source>only some meters dark</source>
      <translation>一部の計器のみ停電</translation>
    </message>
    <message>
      <source>or layer</source>
      <translation>またはレイヤ</translation>
    </message>
    <message>
      <source>other facilities {dark} of {total}</source>
      <translation>その他の施設 {dark}／{total}</translation>
    </message>
    <message>
      <source>other needs {count}</source>
      <translation>その他 {count}件</translation>
    </message>
    <message>
      <source>outage information</source>
      <translation>通電情報</translation>
    </message>
    <message>
      <source>outside</source>
      <translation>外</translation>
    </message>
    <message>
      <source>outside the hazard area</source>
      <translation>危険区域外</translation>
    </message>
    <message>
      <source>over since {day}: delete the data and report it</source>
      <translation>{day}に終了しています。データを削除し、破棄を報告してください</translation>
    </message>
    <message>
      <source>people take shelter: up to full load</source>
      <translation>避難者で混み全負荷の可能性</translation>
    </message>
    <message>
      <source>perhaps asleep</source>
      <translation>就寝の可能性</translation>
    </message>
    <message>
      <source>periodically</source>
      <translation>定期</translation>
    </message>
    <message>
      <source>personal data</source>
      <translation>個人データ</translation>
    </message>
    <message>
      <source>place not known</source>
      <translation>位置が不明</translation>
    </message>
    <message>
      <source>place not known {count}</source>
      <translation>位置が不明 {count}件</translation>
    </message>
    <message>
      <source>position not known: perhaps inside the hazard area</source>
      <translation>位置不明（危険区域内の可能性あり）</translation>
    </message>
    <message>
      <source>power back by the plan {count}</source>
      <translation>復旧済み（見通しの記載） {count}</translation>
    </message>
    <message>
      <source>power is said to be back, and the plan does not tell as of when</source>
      <translation>復旧済みと書かれていますが、いつの時点かが計画にありません</translation>
    </message>
    <message>
      <source>power until {time}</source>
      <translation>{time}まで通電</translation>
    </message>
    <message>
      <source>presence not known</source>
      <translation>在・不在不明</translation>
    </message>
    <message>
      <source>presence unknown {count}</source>
      <translation>在・不在不明 {count}</translation>
    </message>
    <message>
      <source>provisional figures (速報, *)</source>
      <translation>*：速報値</translation>
    </message>
    <message>
      <source>published</source>
      <translation>公開済み</translation>
    </message>
    <message>
      <source>published, without data</source>
      <translation>公開済み（データなし）</translation>
    </message>
    <message>
      <source>quiet hours</source>
      <translation>静穏</translation>
    </message>
    <message>
      <source>quiet sees long absence and is the one to use; the others are those of “Estimate who was at home”.</source>
      <translation>「静穏時間帯」は長期不在を見分けられるため、通常はこれを使います。ほかは「在・不在の推定」と同じです。</translation>
    </message>
    <message>
      <source>quiet: against the home's own quiet hours of two weeks, with its habits and what came before weighed; right most often, sees long absence, and says unknown where the readings speak for both. It needs three days of readings, better seven. manual: use above the median of the past three days means at home, as in the manual; good by day, but at night it misses most sleepers, so nothing below the median is called away between 22:00 and 08:00. held: the same, and who was seen in the evening stays at home until the morning. Behind a solar roof quiet and held call nobody away for a low reading of the day; manual does.</source>
      <translation>「静穏時間帯」：その家自身の2週間の静かな時間帯を基準に、習慣と直前までの使用を重み付けします。最もよく当たり、長期不在も見分け、どちらともいえなければ不明とします。電力データが最低3日、できれば7日以上必要です。「手引きの方法」：マニュアルどおり、過去3日間の中央値より多ければ在宅。日中は有効ですが、夜間は就寝中の家の多くを見落とすため、22～8時に中央値以下でも不在とはしません。「手引きの方法＋夜間保持」：上に加え、夜に在宅とみられた家は翌朝まで在宅とみなします。太陽光発電のある家の日中の少ない値を、「静穏時間帯」と「手引きの方法＋夜間保持」は不在としませんが、「手引きの方法」は不在とします。</translation>
    </message>
    <message>
      <source>readings</source>
      <translation>電力データ</translation>
    </message>
    <message>
      <source>received files</source>
      <translation>受領したファイル</translation>
    </message>
    <message>
      <source>reference</source>
      <translation>基準値</translation>
    </message>
    <message>
      <source>refused</source>
      <translation>不可</translation>
    </message>
    <message>
      <source>registered on the LG-WAN screen</source>
      <translation>LG-WANの画面で登録済み</translation>
    </message>
    <message>
      <source>registered {time}</source>
      <translation>{time} 登録</translation>
    </message>
    <message>
      <source>relay </source>
      <translation>中継局 </translation>
    </message>
    <message>
      <source>reports</source>
      <translation>報告</translation>
    </message>
    <message>
      <source>road cut off or cut in part: {count} groups</source>
      <translation>道路寸断・一部寸断 {count} か所</translation>
    </message>
    <message>
      <source>road not known: {count} groups</source>
      <translation>道路状況不明 {count} か所</translation>
    </message>
    <message>
      <source>road: {state}</source>
      <translation>道路：{state}</translation>
    </message>
    <message>
      <source>rows of the list differ: all of them held</source>
      <translation>一覧の行が食い違い、すべてを含む幅</translation>
    </message>
    <message>
      <source>said {said}, was {was} of {meters}</source>
      <translation>表示 {said} → 実際 {was}／{meters} 台</translation>
    </message>
    <message>
      <source>scenario.json in {folder} cannot be read. Make the scenario again.</source>
      <translation>{folder} の scenario.json を読めません。シナリオを作り直してください。</translation>
    </message>
    <message>
      <source>see BitLocker in the Control Panel</source>
      <translation>コントロールパネルの「BitLocker」で確認してください</translation>
    </message>
    <message>
      <source>see System Settings, Privacy &amp; Security, FileVault</source>
      <translation>「システム設定」→「プライバシーとセキュリティ」→「FileVault」で確認してください</translation>
    </message>
    <message>
      <source>selected circuits only, as told</source>
      <translation>一覧のとおり非常回路のみ</translation>
    </message>
    <message>
      <source>several areas have this name</source>
      <translation>この名前の区域が複数あります</translation>
    </message>
    <message>
      <source>shelters {dark} of {total}</source>
      <translation>避難所 {dark}／{total}</translation>
    </message>
    <message>
      <source>silent before the event already</source>
      <translation>発生前から応答なし</translation>
    </message>
    <message>
      <source>silent since a radio relay failed</source>
      <translation>通信中継局の故障と同時に応答なし（通電の可能性）</translation>
    </message>
    <message>
      <source>since when this customer has been there; use before is another's</source>
      <translation>現在の契約者がいつからいるか（それより前の使用は別の人のもの）</translation>
    </message>
    <message>
      <source>situation_a3, or the path of a layout template (QPT) of your own with the same item ids.</source>
      <translation>situation_a3、または同じアイテムIDを持つ自作のレイアウトテンプレート（QPT）のパス。</translation>
    </message>
    <message>
      <source>solar generation hides use</source>
      <translation>太陽光発電で使用量が見えない</translation>
    </message>
    <message>
      <source>somebody at home</source>
      <translation>在宅</translation>
    </message>
    <message>
      <source>specified contractors</source>
      <translation>特定契約者</translation>
    </message>
    <message>
      <source>square {code}</source>
      <translation>メッシュ {code}</translation>
    </message>
    <message>
      <source>squares or areas whose meters are not told {count}</source>
      <translation>計器数も不明のメッシュ・区域 {count}</translation>
    </message>
    <message>
      <source>standard API</source>
      <translation>標準API</translation>
    </message>
    <message>
      <source>start: serve the scenario. stop: end its server, or all where no scenario is given.</source>
      <translation>「開始」：シナリオの提供を開始します。「停止」：停止します（シナリオを指定しなければ、すべて停止します）。</translation>
    </message>
    <message>
      <source>statistical data</source>
      <translation>統計データ</translation>
    </message>
    <message>
      <source>stock as a share of the tank</source>
      <translation>備蓄量はタンク容量からの仮定</translation>
    </message>
    <message>
      <source>stock as told in an outage before</source>
      <translation>残量は前の停電のときに聞いたもの</translation>
    </message>
    <message>
      <source>store of readings</source>
      <translation>電力データの蓄積</translation>
    </message>
    <message>
      <source>tables and lists</source>
      <translation>表・名簿</translation>
    </message>
    <message>
      <source>tables of a database</source>
      <translation>データベースの表</translation>
    </message>
    <message>
      <source>tells a new customer from the one before, and joins feed-in to the home</source>
      <translation>契約者の入れ替わりを見分け、受電を住宅と結び付けるため</translation>
    </message>
    <message>
      <source>tells dwellings from businesses</source>
      <translation>住宅と事業所を見分けるため</translation>
    </message>
    <message>
      <source>tells dwellings from other buildings</source>
      <translation>住宅とその他の建物を見分けるため</translation>
    </message>
    <message>
      <source>tells homes by the size of the contract</source>
      <translation>契約電力から住宅を見分けるため</translation>
    </message>
    <message>
      <source>tells homes from large customers</source>
      <translation>住宅と大口需要家を見分けるため</translation>
    </message>
    <message>
      <source>tells use from solar export</source>
      <translation>使用（供給）と発電（受電）を見分けるため</translation>
    </message>
    <message>
      <source>the coordinates are 0, 0</source>
      <translation>座標が 0, 0 である</translation>
    </message>
    <message>
      <source>the coordinates are in metres, not degrees</source>
      <translation>座標が度でなくメートルで書かれている</translation>
    </message>
    <message>
      <source>the coordinates are not understood</source>
      <translation>座標が読み取れない</translation>
    </message>
    <message>
      <source>the data are invented</source>
      <translation>データは架空のものです</translation>
    </message>
    <message>
      <source>the disk is not encrypted</source>
      <translation>ディスクは暗号化されていません</translation>
    </message>
    <message>
      <source>the disk is not encrypted (a folder of its own on {kind} may be)</source>
      <translation>ディスクは暗号化されていません（{kind} 上の個別のフォルダが暗号化されている場合を除く）</translation>
    </message>
    <message>
      <source>the disk of the folder cannot be found out</source>
      <translation>フォルダのあるディスクがわかりません</translation>
    </message>
    <message>
      <source>the map itself said unknown</source>
      <translation>当時の地図でも不明</translation>
    </message>
    <message>
      <source>the map of {time}, {hours} h before</source>
      <translation>{time}（{hours}時間前）の地図</translation>
    </message>
    <message>
      <source>the newest evidence is too old</source>
      <translation>最新の証拠が古い</translation>
    </message>
    <message>
      <source>the place is blank</source>
      <translation>地区名が空欄です</translation>
    </message>
    <message>
      <source>the pole, for the map</source>
      <translation>地図に表すため（引込柱の位置）</translation>
    </message>
    <message>
      <source>the profile does not list this code.</source>
      <translation>接続プロファイルにないコードです。</translation>
    </message>
    <message>
      <source>the published set is incomplete</source>
      <translation>公開データに欠けがある</translation>
    </message>
    <message>
      <source>the readings speak for both</source>
      <translation>データからはどちらともいえない</translation>
    </message>
    <message>
      <source>the registered contractors only</source>
      <translation>登録した特定契約者のみ</translation>
    </message>
    <message>
      <source>the row does not have the number of fields of the first row.</source>
      <translation>項目の数が 1 行目と違います。</translation>
    </message>
    <message>
      <source>the supply point stands at another address</source>
      <translation>供給地点が別の住所のもの</translation>
    </message>
    <message>
      <source>the time cannot be read; it is on the map without</source>
      <translation>日時を読み取れないため、日時なしで地図に示します</translation>
    </message>
    <message>
      <source>the time counts from the day of the plan, which the plan does not tell; it is on the map without</source>
      <translation>日時が計画の日付を基準に書かれていますが、計画に日付がないため、日時なしで地図に示します</translation>
    </message>
    <message>
      <source>the time is of a part of it, or of one part after another; it is on the map without</source>
      <translation>一部または順次の日時のため、日時なしで地図に示します</translation>
    </message>
    <message>
      <source>these days</source>
      <translation>当日・前日</translation>
    </message>
    <message>
      <source>they end before the event of {time}: nothing is known of what came after it</source>
      <translation>{time}の発生より前で終わり、その後の状態は分からない</translation>
    </message>
    <message>
      <source>to be reviewed</source>
      <translation>目視確認</translation>
    </message>
    <message>
      <source>to count by district</source>
      <translation>地区ごとに数えるため</translation>
    </message>
    <message>
      <source>to find the dwelling, as the map shows only the pole</source>
      <translation>地図は引込柱しか示さないため、住居を確認するのに必要</translation>
    </message>
    <message>
      <source>to find the person</source>
      <translation>対象者を確認するため</translation>
    </message>
    <message>
      <source>to report a single broken service wire to the utility</source>
      <translation>引込線1本の断線を一般送配電事業者へ知らせるため</translation>
    </message>
    <message>
      <source>told by telephone</source>
      <translation>電話による</translation>
    </message>
    <message>
      <source>too little to compare with</source>
      <translation>比較できるデータが足りない</translation>
    </message>
    <message>
      <source>traces in QGIS and temporary files</source>
      <translation>QGIS の履歴・一時ファイル</translation>
    </message>
    <message>
      <source>true or false</source>
      <translation>true か false</translation>
    </message>
    <message>
      <source>uc1 power at facilities (通電情報). uc2 outage rate by mesh, uc2lgwan by municipality over LG-WAN. uc3 rescue, uc4 evacuation support, uc5 damage, uc6 search, uc7 watching over, uc8 certificates (電力データ＋マスタ情報). uc9 recovery (統計).</source>
      <translation>UC① 重要施設の稼働状況（通電情報）。UC② メッシュ別停電率、UC②′ 市区町村別（LG-WAN）。UC③ 救助・安否確認、UC④ 避難支援、UC⑤ 被害状況、UC⑥ 捜索、UC⑦ 見守り、UC⑧ 罹災証明（電力データ＋マスタ情報）。UC⑨ 復旧・復興（統計）。</translation>
    </message>
    <message>
      <source>undecided {count}</source>
      <translation>未確定 {count}</translation>
    </message>
    <message>
      <source>unknown</source>
      <translation>不明</translation>
    </message>
    <message>
      <source>unknown {count}</source>
      <translation>不明 {count}</translation>
    </message>
    <message>
      <source>unknown {count} areas</source>
      <translation>不明 {count} 区域</translation>
    </message>
    <message>
      <source>unknown {count} squares</source>
      <translation>不明 {count} メッシュ</translation>
    </message>
    <message>
      <source>until {time} ({age})</source>
      <translation>{time} まで（{age}）</translation>
    </message>
    <message>
      <source>up to 25 %</source>
      <translation>～25%</translation>
    </message>
    <message>
      <source>up to 3 % fewer or more</source>
      <translation>増減3％以内</translation>
    </message>
    <message>
      <source>up to 50 %</source>
      <translation>50 % 以下</translation>
    </message>
    <message>
      <source>use as on other days</source>
      <translation>普段どおりの使用</translation>
    </message>
    <message>
      <source>usual: low 500, high 5000, extra high 10000</source>
      <translation>標準：低圧500、高圧5000、特高10000</translation>
    </message>
    <message>
      <source>waiting for the result</source>
      <translation>照合結果を待っています</translation>
    </message>
    <message>
      <source>week before</source>
      <translation>前週</translation>
    </message>
    <message>
      <source>what comes on may come on by itself</source>
      <translation>自動で動く機器の使用と見分けられない</translation>
    </message>
    <message>
      <source>when supply to the dwelling began</source>
      <translation>住居への供給が始まった時期を知るため</translation>
    </message>
    <message>
      <source>with an account</source>
      <translation>認証あり</translation>
    </message>
    <message>
      <source>without an account</source>
      <translation>認証なし</translation>
    </message>
    <message>
      <source>yes</source>
      <translation>はい</translation>
    </message>
    <message>
      <source>{age} after the event</source>
      <translation>発災から{age}</translation>
    </message>
    <message>
      <source>{age} before the event</source>
      <translation>発災の{age}前</translation>
    </message>
    <message>
      <source>{age} old at {time}</source>
      <translation>{time} 時点で {age}前のデータ</translation>
    </message>
    <message>
      <source>{algorithm}: ended at {time}</source>
      <translation>{algorithm}：{time} に終了</translation>
    </message>
    <message>
      <source>{algorithm}: made {places}</source>
      <translation>{algorithm}：{places} を作成</translation>
    </message>
    <message>
      <source>{algorithm}…</source>
      <translation>{algorithm}…</translation>
    </message>
    <message>
      <source>{area}: drawn as dark, but its meters have power. Ask the utility whether it is restored.</source>
      <translation>{area}：停電とされていますが、計器は通電しています。復旧したか電力会社に確認してください。</translation>
    </message>
    <message>
      <source>{area}: no meter of the case stands in it, so nothing tells whether it is dark. Look whether it lies in its place.</source>
      <translation>{area}：範囲内に案件のメーターが1台もないため、停電しているかどうか分かりません。位置が正しいか確かめてください。</translation>
    </message>
    <message>
      <source>{before} compared with {now}</source>
      <translation>{before} と {now} の比較</translation>
    </message>
    <message>
      <source>{begin}</source>
      <translation>{begin}</translation>
    </message>
    <message>
      <source>{begin} to {end}</source>
      <translation>{begin}～{end}</translation>
    </message>
    <message>
      <source>{begin} – {end}</source>
      <translation>{begin}～{end}</translation>
    </message>
    <message>
      <source>{case} [drill]</source>
      <translation>{case}【訓練】</translation>
    </message>
    <message>
      <source>{case}: power from smart meters</source>
      <translation>{case}：スマートメーターによる電力状況</translation>
    </message>
    <message>
      <source>{case}: week from {monday}</source>
      <translation>{case}：{monday} からの週</translation>
    </message>
    <message>
      <source>{case}: {begin} to {end} (the day before the event)</source>
      <translation>{case}：{begin} ～ {end}（発災日の前日まで）</translation>
    </message>
    <message>
      <source>{case}: {chart}</source>
      <translation>{case}：{chart}</translation>
    </message>
    <message>
      <source>{code}</source>
      <translation>{code}</translation>
    </message>
    <message>
      <source>{code} is not a secondary mesh code (6 digits). Correct it.</source>
      <translation>{code} は二次メッシュコード（6桁）ではありません。直してください。</translation>
    </message>
    <message>
      <source>{count} PDFs are georeferenced without layers of their own: the GDAL of this QGIS composes no GeoPDF.</source>
      <translation>{count} 個の PDF は位置情報だけで、レイヤを持ちません。この QGIS の GDAL では GeoPDF を作れないためです。</translation>
    </message>
    <message>
      <source>{count} added in QGIS</source>
      <translation>QGIS で{count}件追加</translation>
    </message>
    <message>
      <source>{count} amounts not known</source>
      <translation>数量不明 {count} 件</translation>
    </message>
    <message>
      <source>{count} answers are of rows that are gone from the lists, and no list and no map shows them any more. They are kept: look at each in the table of conflicts (gone).</source>
      <translation>一覧から消えた行の回答が{count}件あり、どの一覧にも地図にも出なくなっています。残してありますので、食い違いの表（gone）で1件ずつ確かめてください。</translation>
    </message>
    <message>
      <source>{count} areas are dark that no event of the case hit; they are not listed.</source>
      <translation>案件のどの発生の区域にも入らない{count}区域が途絶しています。一覧には載せていません。</translation>
    </message>
    <message>
      <source>{count} areas have no code in the field {field}, or no shape, and are left out: {areas}. Their meters are counted in no area.</source>
      <translation>{count}区域は、フィールド {field} のコードまたは形状がないため除きました：{areas}。その区域の計器はどの区域にも数えません。</translation>
    </message>
    <message>
      <source>{count} areas × months are unknown: every figure is masked (N/A) or missing in one of the two years.</source>
      <translation>{count} の区域×月は不明です。どちらかの年の数値がすべて秘匿（N/A）されているか、欠けています。</translation>
    </message>
    <message>
      <source>{count} areas × steps are unknown: readings of too few of their meters were due ({reasons}). They are hatched in the chart.</source>
      <translation>区域×ステップのうち{count}件は、届くはずの計器が少なすぎるため不明です（{reasons}）。グラフでは斜線で示します。</translation>
    </message>
    <message>
      <source>{count} areas × steps are unknown: readings of too few of their meters were due, or no meter reported before the event ({reasons}).</source>
      <translation>区域×ステップのうち{count}件は不明です。届くはずの計器が少なすぎるか、発災前に検針できていた計器がありません（{reasons}）。</translation>
    </message>
    <message>
      <source>{count} cells have more silent meters than meters; their rates are unknown.</source>
      <translation>通電していない計器数がエリア内計器数を超えるメッシュが {count} あります。停電率は不明とします。</translation>
    </message>
    <message>
      <source>{count} cells have no figure of silent meters; their rates are unknown.</source>
      <translation>通電していない計器数のないメッシュが {count} あります。停電率は不明とします。</translation>
    </message>
    <message>
      <source>{count} cells or areas are unknown: an outage shows in these statistics only 12 hours after the event ({time}). Wait for the next day's figures, or import readings (電力データ).</source>
      <translation>{count}のメッシュまたは区域は不明です。停電がこの統計に現れるのは発生（{time}）から12時間後です。翌日の統計を待つか、電力データを取り込んでください。</translation>
    </message>
    <message>
      <source>{count} cells or areas of the day before are not in the figures of {day}: nothing is known of them, and they are not on the map: {names}.</source>
      <translation>前日にあったメッシュ・区域のうち {count} 件が {day} の数値にありません。状況は分からず、地図にも載っていません：{names}。</translation>
    </message>
    <message>
      <source>{count} codes in the field {field} stand on areas of different names, and each counts as one area: {codes}. Choose a field that tells the areas apart.</source>
      <translation>フィールド {field} の{count}個のコードが、名称の異なる複数の区域についています。同じコードの区域は1つの区域として数えます：{codes}。区域を区別できるフィールドを選んでください。</translation>
    </message>
    <message>
      <source>{count} condition(s) are not published yet: download again later.</source>
      <translation>{count}件はまだ公開されていません。後でもう一度ダウンロードしてください。</translation>
    </message>
    <message>
      <source>{count} condition(s) deleted.</source>
      <translation>{count}件削除しました。</translation>
    </message>
    <message>
      <source>{count} condition(s) registered: {ids}</source>
      <translation>{count}件登録しました：{ids}</translation>
    </message>
    <message>
      <source>{count} condition(s) will be registered at the aggregator, exactly as they stand here.</source>
      <translation>次の{count}件を、このままの内容で集約システムに登録します。</translation>
    </message>
    <message>
      <source>{count} conditions, read at {time}</source>
      <translation>{count}件（{time} 取得）</translation>
    </message>
    <message>
      <source>{count} contract(s) lie more than {km} km from the middle of all others. Their places are used as they are and listed in {file} of the case: ask the utility.</source>
      <translation>契約 {count} 件の位置が、ほかのすべての契約の中央から {km} kmを超えて離れています。位置はそのまま使い、案件の {file} に一覧を残しました。電力会社に確かめてください。</translation>
    </message>
    <message>
      <source>{count} data conditions can be seen.</source>
      <translation>データ提供条件を{count}件確認できます。</translation>
    </message>
    <message>
      <source>{count} days ago</source>
      <translation>{count}日前</translation>
    </message>
    <message>
      <source>{count} dwelling(s) may be on the residents' list or not: their number is listed with another address. They are in none of these four; check their numbers, and search them like those who are on no list.</source>
      <translation>{count}戸は、番号が別の住所で住民リストに載っているため、リストにあるかどうか分かりません。この4区分には入れていません。番号を確認し、リストにない住戸と同じように捜索してください。</translation>
    </message>
    <message>
      <source>{count} dwellings have no pole coordinates in マスタ情報: they are in the table but not on the map.</source>
      <translation>住戸 {count} 件はマスタ情報に引込柱の座標がありません。表には載りますが、地図には表示されません。</translation>
    </message>
    <message>
      <source>{count} dwellings of the residents' list have no readings in the case: nothing is said of them.</source>
      <translation>住民リストの {count} 戸は案件に電力データがなく、判定できません。</translation>
    </message>
    <message>
      <source>{count} facilities</source>
      <translation>{count}施設</translation>
    </message>
    <message>
      <source>{count} facilities are named {word}. Give the id of the one that is meant: {ids}.</source>
      <translation>名称が {word} の施設が {count} 件あります。ID で指定してください：{ids}。</translation>
    </message>
    <message>
      <source>{count} facilities do not have so many litres each: note them one by one.</source>
      <translation>{count}施設に同じリットル数は記録できません。1施設ずつ記録してください。</translation>
    </message>
    <message>
      <source>{count} facilities fit several contracts, or one by name or by address alone: {names}. Look at them yourself and enter their supply points in the list of links; they stay unknown.</source>
      <translation>{count} 施設は、複数の契約に一致するか、名称または住所だけが一致します：{names}。目視で確認し、供給地点を対応表に入力してください。それまでは不明とします。</translation>
    </message>
    <message>
      <source>{count} facilities have a supply point in the list of links that stands in another town by マスタ情報: {names}. It counts all the same. Look whether its number is right.</source>
      <translation>対応づけの一覧の供給地点が、マスタ情報では別の町にある施設が{count}件あります：{names}。結果にはそのまま使っています。番号が正しいか確認してください。</translation>
    </message>
    <message>
      <source>{count} facilities have no coordinates: they are in the table but not on the map. Add latitude and longitude.</source>
      <translation>施設 {count} 件に座標がありません。表には載りますが、地図には表示されません。緯度・経度を追加してください。</translation>
    </message>
    <message>
      <source>{count} facilities have supply points in the list of links of which one or more cannot be read: they are not called powered until these are put right.</source>
      <translation>{count}施設は、対応表に読めない供給地点特定番号があります。直すまで通電とは表示しません。</translation>
    </message>
    <message>
      <source>{count} facilities noted. Maps made before do not show it yet: run “Show which shelters have power” or refresh the case.</source>
      <translation>{count} 施設を記録しました。これまでに作った地図にはまだ出ません。「避難所等の通電状況」を実行するか、案件を更新してください。</translation>
    </message>
    <message>
      <source>{count} facilities told by telephone of more fuel than their tank holds by the list of backup power: {ids}. It is not used. Look whether L and kL were mixed up, and note it again, or mend the tank in the list.</source>
      <translation>{count}施設から電話で聞いた燃料残量が、非常用電源の一覧のタンク容量を超えています：{ids}。この残量は使いません。LとkLの取り違えがないか確かめて記録し直すか、一覧のタンク容量を直してください。</translation>
    </message>
    <message>
      <source>{count} facilities with power are not in the list.</source>
      <translation>通電している {count} 施設は一覧に載せていません。</translation>
    </message>
    <message>
      <source>{count} facilities without a link were found by name and address, each in one contract alone: {names}.</source>
      <translation>対応表にない {count} 施設は、名称と住所が1件の契約だけに一致したため、その供給地点としました：{names}</translation>
    </message>
    <message>
      <source>{count} file(s) are not as the ledger says: {names}</source>
      <translation>台帳と内容が異なるファイルが {count} 件あります：{names}</translation>
    </message>
    <message>
      <source>{count} file(s) are not in the ledger: {names}</source>
      <translation>台帳にないファイルが {count} 件あります：{names}</translation>
    </message>
    <message>
      <source>{count} file(s) could not be fetched or taken in; see the log. They are tried again next time.</source>
      <translation>{count} 件のファイルを取得できないか取り込めませんでした。ログをご覧ください。次回もう一度試みます。</translation>
    </message>
    <message>
      <source>{count} file(s) of statistics do not say when they were published</source>
      <translation>公開日時のわからない統計データ{count}ファイルを含む</translation>
    </message>
    <message>
      <source>{count} file(s) of the ledger are missing: {names}</source>
      <translation>台帳にあるファイルのうち {count} 件が見当たりません：{names}</translation>
    </message>
    <message>
      <source>{count} file(s) or condition(s) failed: see the log.</source>
      <translation>{count}件のファイルまたは条件が失敗しました。ログを確認してください。</translation>
    </message>
    <message>
      <source>{count} files and layers</source>
      <translation>ファイルとレイヤ {count}件</translation>
    </message>
    <message>
      <source>{count} files were searched for supply points, names and addresses of the case; found in {found}.</source>
      <translation>案件の供給地点特定番号・氏名・住所を {count} 件のファイルで検索しました。見つかったのは {found} 件です。</translation>
    </message>
    <message>
      <source>{count} grid squares are masked (N/A), blank or not named: they are in no count.</source>
      <translation>{count}のメッシュは秘匿（N/A）・空欄、またはファイルにないため、どの数にも入れていません。</translation>
    </message>
    <message>
      <source>{count} grid squares have their centre in none of the areas; they are not counted.</source>
      <translation>{count} 個のメッシュは中心がどの区域にも入らないため、数えていません。</translation>
    </message>
    <message>
      <source>{count} h ago</source>
      <translation>{count}時間前</translation>
    </message>
    <message>
      <source>{count} half-hour(s) came in steps of two lengths that differ by 0.1 kWh or more. The figure of the longer step is used. Ask the utility which is right.</source>
      <translation>刻みの違う2つの値が届き、0.1 kWh以上食い違う30分が{count}件あります。長い刻みの値を使います。どちらが正しいかは電力会社に確認してください。</translation>
    </message>
    <message>
      <source>{count} id(s) of places in the requests (行き先ID) are not in the proposal for trucks: their requests stand below the others, and the workbook names them on its sheet 説明. Where one is meant for a place of the proposal, mend the id and run again: else that place looks as if nobody had asked.</source>
      <translation>要請の行き先IDのうち{count}件は電源車の配置案にありません。その要請はほかの行の下に残し、番号はブックの「説明」シートに書きます。配置案の行き先への要請であれば、行き先IDを直してもう一度実行してください。直さないと、その行き先は要請していないように見えます。</translation>
    </message>
    <message>
      <source>{count} id(s) of {list} are not among the facilities, and these facilities are not on the list: the workbook names them on its sheet 説明. Mend the ids, or add the facilities, and run again.</source>
      <translation>{list} の番号のうち{count}件は施設の一覧になく、その施設はこの一覧に載りません。番号はブックの「説明」シートにあります。番号を直すか施設を加えて、もう一度実行してください。</translation>
    </message>
    <message>
      <source>{count} ids of {list} are neither among the facilities nor among the areas, and order nothing: {ids}.</source>
      <translation>{list} の{count}件のIDは、施設にも区域にもないため順位に使われません：{ids}</translation>
    </message>
    <message>
      <source>{count} lie outside this map (see the location map).</source>
      <translation>{count}件はこの地図の範囲外です（位置図を参照）。</translation>
    </message>
    <message>
      <source>{count} line(s) of the ledger were left half-written by runs that were ended ({lines}): what they announced was not entered.</source>
      <translation>台帳の {count} 行は、実行が強制終了されて書きかけです（{lines} 行目）。その内容は記録されていません。</translation>
    </message>
    <message>
      <source>{count} line(s) of the ledger were written by a version without a chain: they are held by the line after them only.</source>
      <translation>台帳の {count} 行は連鎖のない版が書いたもので、その次の行だけで確かめられます。</translation>
    </message>
    <message>
      <source>{count} link(s) from facilities to supply points are kept in the case.</source>
      <translation>施設と供給地点の対応 {count} 件を案件に保管しました。</translation>
    </message>
    <message>
      <source>{count} meters</source>
      <translation>{count} 台</translation>
    </message>
    <message>
      <source>{count} meters alone on their pole are undecided: as many as {losses} are to be expected that lost their connection while the lines were out.</source>
      <translation>同じ電柱で1台だけ応答のない計器{count}台は未確定としました。停電中に通信が途絶えた計器が、{losses}台ほどあると見込まれるためです。</translation>
    </message>
    <message>
      <source>{count} meters are no dwellings' and are left out.</source>
      <translation>{count}個の計器は住戸のものではないため除きました。</translation>
    </message>
    <message>
      <source>{count} meters in all</source>
      <translation>合計 {count} 台</translation>
    </message>
    <message>
      <source>{count} meters stand in none of the areas or have no coordinates; they are not counted.</source>
      <translation>計器 {count} 件は、どの区域にも入らないか座標がないため、数えていません。</translation>
    </message>
    <message>
      <source>{count} meters that fell silent with a radio relay that had failed are undecided: they may have power.</source>
      <translation>{count}台の計器は、故障していた通信中継局と同時に応答がなくなったため判定できません（通電している可能性があります）。</translation>
    </message>
    <message>
      <source>{count} min ago</source>
      <translation>{count}分前</translation>
    </message>
    <message>
      <source>{count} monthly rows were left out: outages are counted by day.</source>
      <translation>月単位の {count} 行を除きました。停電率は日単位で集計します。</translation>
    </message>
    <message>
      <source>{count} more areas</source>
      <translation>ほか {count} 区域</translation>
    </message>
    <message>
      <source>{count} more areas are in the layer.</source>
      <translation>ほか {count} 区域はレイヤにあります。</translation>
    </message>
    <message>
      <source>{count} more areas are known to the case.</source>
      <translation>ほかに{count}区域が案件に記録されています。</translation>
    </message>
    <message>
      <source>{count} more contacts are in the list of the case.</source>
      <translation>ほか {count} 件の連絡先は案件の一覧にあります。</translation>
    </message>
    <message>
      <source>{count} more rows are in the list of the case.</source>
      <translation>ほか {count} 行は案件の一覧にあります。</translation>
    </message>
    <message>
      <source>{count} needs have no truck: none is left, or their place is not known.</source>
      <translation>{count} 件の必要先には電源車がありません。待機車が残っていないか、場所が不明です。</translation>
    </message>
    <message>
      <source>{count} of the {all} meters that send readings cannot be read remotely by マスタ情報. The codes of 30分値収集可否・自動検針可否 are probably others than the profile says (“meanings”, “remote_reading”): correct them, then import マスタ情報 again.</source>
      <translation>検針値を送っている計器{all}台のうち{count}台が、マスタ情報では遠隔で読めないことになっています。30分値収集可否・自動検針可否のコードが、接続プロファイル（「meanings」の「remote_reading」）と違うと思われます。直してから、マスタ情報をもう一度取り込んでください。</translation>
    </message>
    <message>
      <source>{count} of {all} downloaded</source>
      <translation>{all} のうち {count} 取得済み</translation>
    </message>
    <message>
      <source>{count} of {all} months are provisional (速報): their figures still grow until the 15th of the month after next.</source>
      <translation>{all} か月のうち {count} か月は速報値です。翌々月15日ごろまで数値が増えます。</translation>
    </message>
    <message>
      <source>{count} of {rows} row(s) have a problem; it stands beside the row. The other rows go on.</source>
      <translation>{rows} 行のうち {count} 行に問題があります。内容は行の横に示します。ほかの行はそのまま進めます。</translation>
    </message>
    <message>
      <source>{count} outage areas have no shape and are left out.</source>
      <translation>形のない停電範囲 {count} 件を除きました。</translation>
    </message>
    <message>
      <source>{count} outage lists (通電情報) ask for some meters only, or do not say for which; their totals are not those of the areas and are left out.</source>
      <translation>通電情報 {count} 件は一部の計器だけを対象とするか、対象が分かりません。区域の合計にならないため除きました。</translation>
    </message>
    <message>
      <source>{count} packages or exports are with others: {names}. This does not delete them; have them deleted.</source>
      <translation>{count} 件のパッケージなどが他者の手元にあります：{names}。ここでは削除しません。渡した先で削除してもらってください。</translation>
    </message>
    <message>
      <source>{count} people have no coordinates, neither in マスタ情報 nor in the list: they are listed, but not on the map, and may be in the hazard area.</source>
      <translation>{count} 人は、マスタ情報にも名簿にも座標がありません。一覧には載りますが地図には表示されず、危険区域内にいる可能性があります。</translation>
    </message>
    <message>
      <source>{count} people have no readings in the case: they are listed as unknown. Check their supply points.</source>
      <translation>{count} 人分の電力データが案件にありません。「不明」として載せます。供給地点特定番号を確認してください。</translation>
    </message>
    <message>
      <source>{count} people have nobody in the column {column}: they stand in the workbook 0000, and somebody has to take them on.</source>
      <translation>{count} 人は列「{column}」に担当者がありません。0000 のブックに載せましたので、引き受ける人を決めてください。</translation>
    </message>
    <message>
      <source>{count} people of the result stand elsewhere in the list {list}, or not at all: it has changed. Run “List whom to help evacuate first” (evacuationsupport) again, then this.</source>
      <translation>結果の {count} 人が、名簿 {list} では別の行にあるか、載っていません。名簿が変わっています。「優先して避難を支援する人の一覧」（evacuationsupport）をもう一度実行してから、これを実行してください。</translation>
    </message>
    <message>
      <source>{count} people stand where the list says, because マスタ情報 has no coordinates of their supply points.</source>
      <translation>{count} 人は、マスタ情報に供給地点の座標がないため、名簿の座標に表示します。</translation>
    </message>
    <message>
      <source>{count} people who need support</source>
      <translation>支援が必要な方 {count} 人</translation>
    </message>
    <message>
      <source>{count} persons</source>
      <translation>{count}人</translation>
    </message>
    <message>
      <source>{count} place(s) count as unknown, because {why}: {names}. They are listed, but not on the map. Correct the coordinates.</source>
      <translation>{why}ため、{count} か所の位置を不明とします：{names}。一覧には載りますが地図には表示されません。座標を直してください。</translation>
    </message>
    <message>
      <source>{count} place(s) lead out of the case: {names}</source>
      <translation>案件の外を指す記録が {count} 件あります：{names}</translation>
    </message>
    <message>
      <source>{count} places are to be filled in before it is sent (要記入): {places}.</source>
      <translation>送る前に記入するところが{count}か所あります（要記入）：{places}。</translation>
    </message>
    <message>
      <source>{count} practice aggregators were stopped.</source>
      <translation>訓練用集約システムを {count} 件停止しました。</translation>
    </message>
    <message>
      <source>{count} problem(s) in the profile</source>
      <translation>接続プロファイルに{count}件の問題があります</translation>
    </message>
    <message>
      <source>{count} reading(s) differ from what was there; those of the later publication were kept.</source>
      <translation>取り込み済みの値と違うものが {count} 件ありました。後に公開された値を採りました。</translation>
    </message>
    <message>
      <source>{count} reading(s) of {meters} meter(s) are from before 新設日 of their supply point. They are used as they are and listed in {file} of the case: ask the utility.</source>
      <translation>{meters} 台の計器の検針値 {count} 件が、供給地点の新設日より前のものです。値はそのまま使い、案件の {file} に一覧を残しました。電力会社に確かめてください。</translation>
    </message>
    <message>
      <source>{count} reading(s) of {meters} meter(s) are more than {times} times what their contract power allows. They are used as they are and listed in {file} of the case: ask the utility.</source>
      <translation>{meters} 台の計器の検針値 {count} 件が、契約電力で使える量の {times} 倍を超えています。値はそのまま使い、案件の {file} に一覧を残しました。電力会社に確かめてください。</translation>
    </message>
    <message>
      <source>{count} readings are of meters without 住所コード in マスタ情報: they are under municipality={name}.</source>
      <translation>マスタ情報に住所コードがない計器の電力データ {count} 件は、municipality={name} に入れました。</translation>
    </message>
    <message>
      <source>{count} refreshes in a row failed; the wait between them grows.</source>
      <translation>続けて {count} 回失敗しました。次回までの間隔を延ばしています。</translation>
    </message>
    <message>
      <source>{count} row(s) are to be reviewed. This can be done on the LG-WAN screen only: open 地点契約照合目視対象一覧 there, settle each row, save the result list and read it back (“Read results…”, or the algorithm “CSV for contractors”).</source>
      <translation>{count} 行が目視確認の対象です。目視確認はLG-WANの画面でのみ行えます。地点契約照合目視対象一覧を開いて1行ずつ判定し、結果リストを保存して「結果を読み込む」（アルゴリズムでは「特定契約者用のCSV」）で取り込んでください。</translation>
    </message>
    <message>
      <source>{count} row(s) lie in none of the municipalities, or have no place, and are in no package.</source>
      <translation>{count} 行は、どの市町村にも入らないか位置がなく、どのパッケージにも入れていません。</translation>
    </message>
    <message>
      <source>{count} row(s) of the backup power name no facility of the list: {ids}. Mend their facility_id.</source>
      <translation>非常用電源の{count}行が、施設一覧にない施設を指しています：{ids}。facility_id を直してください。</translation>
    </message>
    <message>
      <source>{count} row(s) of the result list belong to no row of “{list}”. Is it the result of this list?</source>
      <translation>結果リストの {count} 行が「{list}」のどの行にも当たりません。このリストの結果ですか。</translation>
    </message>
    <message>
      <source>{count} row(s) were not found. Look whether name and address are those of the contract holder, written as on the electricity bill; add the supply point or the phone number, then match again.</source>
      <translation>{count} 行は見つかりませんでした。氏名と住所が電気契約者のもので、検針票のとおりに書かれているか確認してください。供給地点特定番号や電話番号を加えて、もう一度照合してください。</translation>
    </message>
    <message>
      <source>{count} row(s) were not taken over: look at each in the table of conflicts and enter in the list what is right. Nothing in the list was overwritten.</source>
      <translation>{count} 行は取り込みませんでした。競合の表で一つずつ確かめ、正しいほうを一覧に入力してください。一覧は上書きしていません。</translation>
    </message>
    <message>
      <source>{count} row(s) were rejected: see the files *.rejects.csv.</source>
      <translation>{count}行を取り込めませんでした。*.rejects.csv を確認してください。</translation>
    </message>
    <message>
      <source>{count} row(s) were sent for matching.</source>
      <translation>{count} 行を照合に送りました。</translation>
    </message>
    <message>
      <source>{count} rows are not known again with certainty (no id, name and supply point that are theirs alone): they are new rows there, and what was entered for them before is with the rows that are gone.</source>
      <translation>{count}行は、前と同じ人か確かではありません（その人だけのID、氏名と供給地点がありません）。新しい行とし、前に入力された内容は消えた行に残してあります。</translation>
    </message>
    <message>
      <source>{count} rows carry a contract range that cannot be read and were left out.</source>
      <translation>契約電力区分を読み取れない {count} 行を除きました。</translation>
    </message>
    <message>
      <source>{count} rows carry no address and were left out.</source>
      <translation>住所のない {count} 行を除きました。</translation>
    </message>
    <message>
      <source>{count} rows carry no mesh code of {metres} m and were left out (another size, or blank).</source>
      <translation>{metres} m のメッシュコードでない {count} 行を除きました（大きさが違うか、空欄）。</translation>
    </message>
    <message>
      <source>{count} rows of the plan are not on the map. Mend the names in the plan or the areas.</source>
      <translation>見通しの {count} 行が地図にありません。見通しか区域の名前を直してください。</translation>
    </message>
    <message>
      <source>{count} rows of the statistics find no polygon of that name: {names}.</source>
      <translation>統計のうち {count} 件は同じ名称のポリゴンがありません：{names}。</translation>
    </message>
    <message>
      <source>{count} rows say neither “energised” nor “not”; they tell nothing.</source>
      <translation>通電分類が「通電」「通電していない」のどちらでもない行が {count} 行あり、集計に使っていません。</translation>
    </message>
    <message>
      <source>{count} rows say something else in the database than in the case, and both were changed. Nothing was overwritten: look at each in the table of conflicts and enter what is right on one side.</source>
      <translation>{count}行は、データベースと案件の両方で変更され、内容が食い違っています。何も上書きしていません。食い違いの表で確かめ、正しい内容をどちらか一方に入力してください。</translation>
    </message>
    <message>
      <source>{count} settlements</source>
      <translation>{count}集落</translation>
    </message>
    <message>
      <source>{count} squares with {meters} dark meters lie outside all areas of the utility: tell the utility.</source>
      <translation>電力会社の停電範囲の外に、停電した計器のあるメッシュが {count}（計器 {meters} 台）あります。電力会社に伝えてください。</translation>
    </message>
    <message>
      <source>{count} supply points have no coordinates and are not compared.</source>
      <translation>座標のない供給地点 {count} 件は比べていません。</translation>
    </message>
    <message>
      <source>{count} supply points, of when is not known.</source>
      <translation>供給地点 {count} 件、いつのものかは不明です。</translation>
    </message>
    <message>
      <source>{count} supply points, published on {date}.</source>
      <translation>供給地点 {count} 件、{date} 公開。</translation>
    </message>
    <message>
      <source>{count} text(s) named another municipality or one of its places, and are blank in the packages.</source>
      <translation>{count} か所の文は、ほかの市町村やその場所の名前を含むため、パッケージでは空欄にしました。</translation>
    </message>
    <message>
      <source>{count} trucks are not on standby: {names}.</source>
      <translation>{count} 台は待機中ではありません：{names}</translation>
    </message>
    <message>
      <source>{count} trucks have no id and are left out (rows {rows}).</source>
      <translation>{count} 台は車両番号がないため除きました（{rows} 行目）。</translation>
    </message>
    <message>
      <source>{count} ✓ downloaded</source>
      <translation>{count} ✓ 取得済み</translation>
    </message>
    <message>
      <source>{dark}; {masked} of {all} squares are masked and not known</source>
      <translation>{dark}（{all} メッシュ中 {masked} は秘匿で不明）</translation>
    </message>
    <message>
      <source>{days} days left, until {day}</source>
      <translation>残り{days}日（{day}まで）</translation>
    </message>
    <message>
      <source>{days} days left, until {day}: prepare the deletion</source>
      <translation>残り{days}日（{day}まで）。データの削除を準備してください</translation>
    </message>
    <message>
      <source>{days} days {hours} h</source>
      <translation>{days}日{hours}時間</translation>
    </message>
    <message>
      <source>{days} days, {begin} to {end}</source>
      <translation>{days}日分、{begin}～{end}</translation>
    </message>
    <message>
      <source>{doubt} Say which it is: run “Change case” (editcase) with PRACTICE yes (a drill) or no (a real disaster), then print again.</source>
      <translation>{doubt}どちらかを決めてください。「案件を変更」（editcase）で PRACTICE を yes（訓練）か no（実災害）にして実行し、もう一度印刷します。</translation>
    </message>
    <message>
      <source>{error} Before that were registered: {ids}. Delete them, or register only the rest.</source>
      <translation>{error} それまでに登録済みの条件：{ids}。これらを削除するか、残りだけを登録してください。</translation>
    </message>
    <message>
      <source>{event} (in a part of the area)</source>
      <translation>{event}（一部の区域）</translation>
    </message>
    <message>
      <source>{facility}: it no longer holds since {until} (UNTIL), and no map of now shows it.</source>
      <translation>{facility}：{until}（UNTIL）で有効期間が終わっており、現在の地図には表示されません。</translation>
    </message>
    <message>
      <source>{facility}: something told for {time} is noted already and goes before this.</source>
      <translation>{facility}：より新しい {time} の確認が既に記録されており、そちらを優先します。</translation>
    </message>
    <message>
      <source>{facility}: what was said by telephone is older than what was measured since, which counts now. Ask there again.</source>
      <translation>{facility}：電話で聞いた内容より後に計測された事実があり、計測を優先します。もう一度確認してください。</translation>
    </message>
    <message>
      <source>{facility}: {at} (AT) lies before the event. Look whether the day is right.</source>
      <translation>{facility}：{at}（AT）は災害の発生前です。日付を確かめてください。</translation>
    </message>
    <message>
      <source>{files} file(s) with {rows} row(s) imported; {duplicates} were there already, {failed} could not be used, {rejected} row(s) rejected.</source>
      <translation>{files} 件（{rows} 行）を取り込みました。すでにあったもの {duplicates} 件、使えなかったもの {failed} 件、除いた行 {rejected} 行。</translation>
    </message>
    <message>
      <source>{files} new file(s), {layers} layer(s) made again.</source>
      <translation>新しいファイル {files} 件、作り直したレイヤ {layers} 件。</translation>
    </message>
    <message>
      <source>{file} ({title}) has no column {columns}. Ask for the data with these items, or correct the names in the profile; if the file has no header row, say so in the profile.</source>
      <translation>{file}（{title}）に列「{columns}」がありません。この項目を含めて入手するか、接続プロファイルの列名を直してください。見出し行のないファイルなら、接続プロファイルにそう書いてください。</translation>
    </message>
    <message>
      <source>{file} ({title}) is an empty publication: it has no rows. Check the period and the items of the condition.</source>
      <translation>{file}（{title}）は空の公開データで、データの行がありません。データ提供条件の期間と項目を確かめてください。</translation>
    </message>
    <message>
      <source>{file} (通電情報) has no rows: no meter in its scope was silent at {time}.</source>
      <translation>{file}（通電情報）には行がありません。{time} 時点で、対象の計器はすべて応答していました。</translation>
    </message>
    <message>
      <source>{file} (通電情報) says nowhere when it was made: データ作成日 and データ作成時刻 are blank and the file name has no time. Say the moment it was asked for when you import it, ask for these items, or give the file the name it was published with.</source>
      <translation>{file}（通電情報）にはいつ作成されたかの記載がありません（データ作成日・データ作成時刻が空欄で、ファイル名にも時刻がありません）。取り込むときに通電情報の対象時刻を指定するか、これらの項目を含めて取得し直すか、公開時のファイル名に戻してください。</translation>
    </message>
    <message>
      <source>{file} (通電情報) says that it was made at {time}, later than it was published or than now. It was not used. Ask the utility which time is right.</source>
      <translation>{file}（通電情報）の作成日時 {time} は、公開された時刻（または現在）より後です。このファイルは使いませんでした。正しい時刻を電力会社に確認してください。</translation>
    </message>
    <message>
      <source>{file} beside {other} cannot be read; it was left aside.</source>
      <translation>{other} と同じフォルダの {file} を読めないため、使いませんでした。</translation>
    </message>
    <message>
      <source>{file} cannot be changed. Close the programs that hold it, then try again.</source>
      <translation>{file} を変更できません。使用中のプログラムを閉じてから、もう一度実行してください。</translation>
    </message>
    <message>
      <source>{file} cannot be opened ({reason}). Check that it is there and not open elsewhere.</source>
      <translation>{file} を開けません（{reason}）。ファイルがあること、他のソフトで開いていないことを確かめてください。</translation>
    </message>
    <message>
      <source>{file} cannot be read ({reason}). Check the file.</source>
      <translation>{file} を読めません（{reason}）。ファイルを確認してください。</translation>
    </message>
    <message>
      <source>{file} cannot be read as CSV ({reason}). Choose another file.</source>
      <translation>{file} を CSV として読めません（{reason}）。別のファイルを選んでください。</translation>
    </message>
    <message>
      <source>{file} cannot be read as GeoJSON ({reason}). Choose another file.</source>
      <translation>{file} を GeoJSON として読めません（{reason}）。別のファイルを選んでください。</translation>
    </message>
    <message>
      <source>{file} cannot be read as JSON with one object for each row ({reason}). Choose another file, or save it as CSV.</source>
      <translation>{file} を1行1件のJSONとして読めません（{reason}）。別のファイルを選ぶか、CSVで保存し直してください。</translation>
    </message>
    <message>
      <source>{file} cannot be read as Parquet ({reason}). Copy or export it again.</source>
      <translation>{file} を Parquet として読めません（{reason}）。コピーまたは書き出しをやり直してください。</translation>
    </message>
    <message>
      <source>{file} cannot be read or written ({reason}). Check that it exists, that no other program holds it, and that the disk has room.</source>
      <translation>{file} を読み書きできません（{reason}）。ファイルがあるか、ほかのプログラムで開いていないか、ディスクに空きがあるかを確かめてください。</translation>
    </message>
    <message>
      <source>{file} cannot be read. Delete it and run the audit of past maps again.</source>
      <translation>{file} を読めません。削除して、過去の地図の答え合わせをもう一度実行してください。</translation>
    </message>
    <message>
      <source>{file} cannot be read. Delete it to start the drill again.</source>
      <translation>{file} を読めません。削除すると訓練を始めからやり直せます。</translation>
    </message>
    <message>
      <source>{file} cannot be read. Delete it: the files are then taken in again.</source>
      <translation>{file} を読めません。削除してください。ファイルはもう一度取り込まれます。</translation>
    </message>
    <message>
      <source>{file} cannot be written ({reason}). Check that the disk has room and no other program holds it.</source>
      <translation>{file} に書き込めません（{reason}）。ディスクの空きと、ほかのプログラムで開いていないかを確かめてください。</translation>
    </message>
    <message>
      <source>{file} cannot be written ({reason}). Close the program that shows it, or choose another file.</source>
      <translation>{file} に書き込めません（{reason}）。表示しているプログラムを閉じるか、別のファイルを選んでください。</translation>
    </message>
    <message>
      <source>{file} cannot be written. Check that the disk has room and no other program holds it.</source>
      <translation>{file} を書けません。ディスクの空きがあり、ほかのソフトが開いていないことを確かめてください。</translation>
    </message>
    <message>
      <source>{file} cannot be written. Close the program that holds it, or choose another file.</source>
      <translation>{file} に書き込めません。開いているプログラムを閉じるか、別のファイルを選んでください。</translation>
    </message>
    <message>
      <source>{file} cannot be written. Close the program that shows it, or choose another.</source>
      <translation>{file} に書き込めません。表示しているプログラムを閉じるか、別のファイルを選んでください。</translation>
    </message>
    <message>
      <source>{file} cannot be written. Remove the layer from QGIS, or choose another file.</source>
      <translation>{file} に書き込めません。QGIS からそのレイヤを外すか、別のファイルを選んでください。</translation>
    </message>
    <message>
      <source>{file} changed on the server half-way.</source>
      <translation>{file} は受信の途中でサーバー側で変わりました。</translation>
    </message>
    <message>
      <source>{file} could not be fetched.</source>
      <translation>{file} を受信できませんでした。</translation>
    </message>
    <message>
      <source>{file} could not be opened. See QGIS’s log.</source>
      <translation>{file} を開けませんでした。QGISのログを確認してください。</translation>
    </message>
    <message>
      <source>{file} does not have the checksum that the list says.</source>
      <translation>{file} のチェックサムが一覧と一致しません。</translation>
    </message>
    <message>
      <source>{file} does not say when it was published: its figures count as known from {time} on, when the newest day or month in it was over. If it was published under a name with a time, import it under that name.</source>
      <translation>{file} には公開日時がありません。含まれる最も新しい日または月が終わった {time} の時点で分かっていたものとして扱います。公開時の名前に日時があったときは、その名前で取り込んでください。</translation>
    </message>
    <message>
      <source>{file} ends in the middle of a row: it is not whole. Its rows are used; what it does not tell of is unknown, not outage. Fetch or copy it again and import it.</source>
      <translation>{file}は行の途中で終わっており、全部そろっていません。読めた行は使いますが、そこにないことは停電ではなく不明とします。もう一度取得またはコピーして取り込んでください。</translation>
    </message>
    <message>
      <source>{file} has a line that does not end. It is not a table; take the file as published.</source>
      <translation>{file} に終わりのない行があります。表ではありません。公開されたままのファイルを使ってください。</translation>
    </message>
    <message>
      <source>{file} has more than {most} million pixels. Save it smaller.</source>
      <translation>{file} は {most} 百万ピクセルを超えています。小さくして保存してください。</translation>
    </message>
    <message>
      <source>{file} has no column {column}. Choose another file, or rename the column that holds it.</source>
      <translation>{file} に列 {column} がありません。別のファイルを選ぶか、該当する列の名前を直してください。</translation>
    </message>
    <message>
      <source>{file} has no column {column}. Rename the column that holds it to one of these.</source>
      <translation>{file} に列「{column}」がありません。該当する列の見出しをこのどれかに変えてください。</translation>
    </message>
    <message>
      <source>{file} has no column {column}. Take the result list of 契約照合 as it was saved, or correct the name in the profile.</source>
      <translation>{file} に {column} の列がありません。契約照合の結果リストを保存したままのファイルを選ぶか、接続プロファイルの列名を直してください。</translation>
    </message>
    <message>
      <source>{file} has no sheet “{sheet}”. It has: {sheets}.</source>
      <translation>{file} に「{sheet}」のシートがありません。あるシート：{sheets}</translation>
    </message>
    <message>
      <source>{file} has the same content as a file taken in before; nothing is counted twice.</source>
      <translation>{file} は以前に取り込んだファイルと内容が同じです。二重には数えません。</translation>
    </message>
    <message>
      <source>{file} has the same name and places; that one is taken.</source>
      <translation>同じ名前で位置情報のある {file} のほうを取り込みます。</translation>
    </message>
    <message>
      <source>{file} has {got} bytes, the list says {want}.</source>
      <translation>{file} は {got} バイトですが、一覧では {want} バイトです。</translation>
    </message>
    <message>
      <source>{file} holds meters of two classes. Write the log of each meter into a file of its own.</source>
      <translation>{file} に種類の異なる計器が混ざっています。計器ごとに別のファイルにしてください。</translation>
    </message>
    <message>
      <source>{file} holds no line with a time and a property of the meter that can be read. A log of the B-route has the columns time and E0, E7, E8, EA … (or epc and edt), with the data as hexadecimal text. Check the class of the meter too.</source>
      <translation>{file} には、時刻と計器のプロパティがそろった読める行がありません。Bルートのログには、time と E0、E7、E8、EA など（または epc と edt）の列があり、値は16進数の文字列です。計器の種類も確認してください。</translation>
    </message>
    <message>
      <source>{file} holds no polygon of a municipality. Choose another file.</source>
      <translation>{file} に市区町村のポリゴンがありません。別のファイルを選んでください。</translation>
    </message>
    <message>
      <source>{file} holds no rows. Choose another file.</source>
      <translation>{file} に行がありません。別のファイルを選んでください。</translation>
    </message>
    <message>
      <source>{file} holds nothing that a meter of the class {chosen} measures, but properties of the other class. Choose the other class of the meter.</source>
      <translation>{file} には区分 {chosen} の計器の計測値がなく、別の区分の計器のプロパティがあります。計器の区分を選び直してください。</translation>
    </message>
    <message>
      <source>{file} in the folder contractors of the case cannot be read, or is of another version. Restore it from a copy, or delete it and bring the list again.</source>
      <translation>案件の contractors フォルダの {file} が読めないか、別の版のものです。控えから戻すか、削除してリストを読み込み直してください。</translation>
    </message>
    <message>
      <source>{file} is JSON, but not an array of objects. Take the file as it was published.</source>
      <translation>{file} は JSON ですが、オブジェクトの配列ではありません。公開されたままのファイルを使ってください。</translation>
    </message>
    <message>
      <source>{file} is a damaged ZIP. Get it again.</source>
      <translation>{file} は壊れた ZIP です。入手し直してください。</translation>
    </message>
    <message>
      <source>{file} is a folder. Choose another file for the result.</source>
      <translation>{file}はフォルダです。出力先に別のファイルを選んでください。</translation>
    </message>
    <message>
      <source>{file} is a link or a special file: nothing was read. Choose the file or folder itself.</source>
      <translation>{file} はリンクか特殊なファイルです。何も読みませんでした。ファイルまたはフォルダそのものを選んでください。</translation>
    </message>
    <message>
      <source>{file} is an empty ZIP: nothing was published.</source>
      <translation>{file} は空の ZIP です。公開されたデータはありません。</translation>
    </message>
    <message>
      <source>{file} is damaged, locked, or holds one name twice. Unpack it by hand and choose the folder.</source>
      <translation>{file} は壊れているか、暗号化されているか、同じ名前のファイルが二つ入っています。手で展開して、そのフォルダを選んでください。</translation>
    </message>
    <message>
      <source>{file} is kept as {name}.</source>
      <translation>{file} は、{name} という名前で保存します。</translation>
    </message>
    <message>
      <source>{file} is larger than a field package can be: nothing was taken over.</source>
      <translation>{file} は現地用パッケージとしては大きすぎます。何も取り込みませんでした。</translation>
    </message>
    <message>
      <source>{file} is locked with a passphrase. Unlock it and import what is inside.</source>
      <translation>{file} はパスワードで保護されています。解除して、中のファイルを取り込んでください。</translation>
    </message>
    <message>
      <source>{file} is longer than announced.</source>
      <translation>{file} が示された長さを超えています。</translation>
    </message>
    <message>
      <source>{file} is neither PNG nor SVG. Give the chart one of these endings.</source>
      <translation>{file} は PNG でも SVG でもありません。グラフのファイル名をどちらかの拡張子にしてください。</translation>
    </message>
    <message>
      <source>{file} is neither UTF-8 nor CP932 text. Check the file.</source>
      <translation>{file} はUTF-8でもCP932でもありません。ファイルを確認してください。</translation>
    </message>
    <message>
      <source>{file} is neither an XLSX nor an ODS workbook, or is protected by a passphrase. Save it as “Excel workbook (.xlsx)” without protection, or as CSV UTF-8.</source>
      <translation>{file} は XLSX・ODS のブックではないか、パスワードで保護されています。保護を外して「Excel ブック (.xlsx)」または CSV UTF-8 で保存してください。</translation>
    </message>
    <message>
      <source>{file} is no layout template. Save one with “Save as Template” in QGIS's layout window.</source>
      <translation>{file} はレイアウトテンプレートではありません。QGISのレイアウト画面の「テンプレートとして保存」で作ってください。</translation>
    </message>
    <message>
      <source>{file} is no list that can be read. Save it as “Excel workbook (.xlsx)”, as ODS or as CSV UTF-8.</source>
      <translation>{file} は一覧として読める形式ではありません。「Excel ブック (.xlsx)」、ODS、CSV UTF-8 のいずれかで保存してください。</translation>
    </message>
    <message>
      <source>{file} is none of the published kinds: its columns are not those of the profile. Check that it is the file as published, or correct the names (or “header”) in the profile.</source>
      <translation>{file} は公開データのどの種類にも当たりません（列が接続プロファイルと違います）。公開されたままのファイルか確かめるか、接続プロファイルの列名（または「header」）を直してください。</translation>
    </message>
    <message>
      <source>{file} is none of the workbooks that were sent out: it has no columns {code} and {response}.</source>
      <translation>{file} は渡したブックではありません。「{code}」と「{response}」の列がありません。</translation>
    </message>
    <message>
      <source>{file} is not a file of points of the Georeferencer. Save it there again.</source>
      <translation>{file} はジオリファレンサの点のファイルではありません。もう一度保存してください。</translation>
    </message>
    <message>
      <source>{file} is not a text file in an encoding of the profile (a spreadsheet, or UTF-16?). Save it as CSV in UTF-8, or take the file as it was published.</source>
      <translation>{file} は接続プロファイルの文字コードのテキストではありません（表計算ソフトのファイル、または UTF-16 かもしれません）。UTF-8 の CSV で保存し直すか、公開されたままのファイルを使ってください。</translation>
    </message>
    <message>
      <source>{file} is not a text file. Choose a CSV, an XLSX workbook or a layer.</source>
      <translation>{file} はテキストファイルではありません。CSV、XLSX ブック、またはレイヤを選んでください。</translation>
    </message>
    <message>
      <source>{file} is not as it was exported: it was damaged on its way, or written anew. It is not used, and what it held is unknown, not outage. Copy or export it again.</source>
      <translation>{file} は書き出したときの内容と違います（途中で壊れたか、書き直されました）。使わず、その分は停電ではなく「不明」とします。もう一度コピーするか、書き出し直してください。</translation>
    </message>
    <message>
      <source>{file} is not there. Choose the folder, GeoPackage or ZIP that came back.</source>
      <translation>{file} がありません。戻ってきたフォルダ、GeoPackage または ZIP を選んでください。</translation>
    </message>
    <message>
      <source>{file} is not there. Choose the list again.</source>
      <translation>{file} がありません。一覧を選び直してください。</translation>
    </message>
    <message>
      <source>{file} is of {theirs}, the case of {ours}. It is kept in “received” of the case but not used. Import it into the case of that municipality.</source>
      <translation>{file} は {theirs} のもので、案件は {ours} のものです。案件の received に残しますが、使いません。その市区町村の案件に取り込んでください。</translation>
    </message>
    <message>
      <source>{file} is the map itself, and would be lost. Choose another file for the result.</source>
      <translation>{file}は元の地図そのもので、上書きすると失われます。出力先に別のファイルを選んでください。</translation>
    </message>
    <message>
      <source>{file} is there already and right.</source>
      <translation>{file} は受信済みで、正しいことを確認しました。</translation>
    </message>
    <message>
      <source>{file} of the case cannot be read. Delete it, and keep lists and layers in the case once more.</source>
      <translation>案件の {file} を読み取れません。削除してから、一覧とレイヤをもう一度案件に保存してください。</translation>
    </message>
    <message>
      <source>{file} of the case cannot be read. Delete it, and make each layer once more: it is written again.</source>
      <translation>案件の {file} を読めません。削除して各レイヤをもう一度作ってください。新しく書かれます。</translation>
    </message>
    <message>
      <source>{file} of the case cannot be read. Run “Dispose of a case” (dispose) again.</source>
      <translation>案件の {file} を読めません。「案件を破棄」（dispose）をもう一度実行してください。</translation>
    </message>
    <message>
      <source>{file} of the case cannot be read: it says which databases the case was published to. Restore it from a copy of the case.</source>
      <translation>案件の{file}を読めません。どのデータベースに公開したかが書かれているファイルです。案件の控えから戻してください。</translation>
    </message>
    <message>
      <source>{file} of the case cannot be read: it says which figures earlier hand-overs withheld, and without it a new one may tell them. Restore it from a copy of the case.</source>
      <translation>案件の {file} が読めません。これまでに秘匿した数値の記録で、これがないと次に渡すときに分かってしまうおそれがあります。案件の控えから戻してください。</translation>
    </message>
    <message>
      <source>{file} of the case, which says what a field package held, cannot be read. Restore it from a copy, or update the plugin where a newer one wrote it.</source>
      <translation>案件の {file}（現地用パッケージに何を入れたかの控え）を読めません。控えの写しから戻してください。新しい版のプラグインが書いたものなら、プラグインを更新してください。</translation>
    </message>
    <message>
      <source>{file} of the import {id} is no longer in the case, so that it cannot be made again without losing what came with it. Put the file back first.</source>
      <translation>取り込み {id} の {file} が案件にありません。このまま作り直すと、そのファイルの内容が失われます。先にファイルを戻してください。</translation>
    </message>
    <message>
      <source>{file} of the 通電情報 {folder} cannot be read. Delete that folder below tables/outage of the case and import the file again.</source>
      <translation>通電情報 {folder} の {file} を読めません。案件の tables/outage にあるそのフォルダを削除し、ファイルをもう一度取り込んでください。</translation>
    </message>
    <message>
      <source>{file} was changed after it was received; it is fetched again.</source>
      <translation>{file} は受信後に変更されています。受信し直します。</translation>
    </message>
    <message>
      <source>{file} was changed since it was written. It is kept as {aside}: where its answers were not taken, give it as a workbook that came back.</source>
      <translation>{file}は書き出した後に変更されています。{aside}として残しました。回答がまだ取り込まれていなければ、戻ってきたブックとして指定してください。</translation>
    </message>
    <message>
      <source>{file} was changed while it was received.</source>
      <translation>{file} は受信中に別のプログラムによって変更されました。</translation>
    </message>
    <message>
      <source>{file} was not written to its end. Check that the disk has room, then run again.</source>
      <translation>{file} を最後まで書けませんでした。ディスクの空きを確かめて、もう一度実行してください。</translation>
    </message>
    <message>
      <source>{file} was written, but QGIS cannot open it.</source>
      <translation>{file} を書き出しましたが、QGIS で開けません。</translation>
    </message>
    <message>
      <source>{file} would unpack to far more than published data can be. It was not unpacked; get it again.</source>
      <translation>{file} を展開すると、公開データとしてあり得ない大きさになります。展開しませんでした。入手し直してください。</translation>
    </message>
    <message>
      <source>{file}, column {column}: nobody lives in any square.</source>
      <translation>{file} の列 {column}：どのメッシュにも人口がありません。</translation>
    </message>
    <message>
      <source>{file}, column {column}: “{value}” (row {row}) is not what it should be. Correct it or leave the row out.</source>
      <translation>{file} の列 {column}：「{value}」（{row} 行目）は正しい値ではありません。直すか、その行を除いてください。</translation>
    </message>
    <message>
      <source>{file}, line {line}: every column and a supply point of 22 digits are needed; the line is left out. A spreadsheet may have turned the number into 3.1E+20: format the column as text.</source>
      <translation>{file} の {line} 行目：すべての列と22桁の供給地点特定番号が必要です。この行は使いません。表計算ソフトで番号が 3.1E+20 のようになった場合は、列を文字列にして保存し直してください。</translation>
    </message>
    <message>
      <source>{file}, line {line}: what was said of a facility cannot be read ({problem}). Put the file back from a copy, or remove the line and enter it again.</source>
      <translation>{file} の {line} 行目：電話確認の記録を読めません（{problem}）。控えから戻すか、その行を消して入れ直してください。</translation>
    </message>
    <message>
      <source>{file}, of when is not known.</source>
      <translation>{file}、いつのものかは不明です。</translation>
    </message>
    <message>
      <source>{file}, page {page}, cannot be read as a picture. Where this QGIS cannot read PDFs, save the page as a PNG or TIFF picture.</source>
      <translation>{file} の {page} ページを画像として読めません。この QGIS が PDF を読めない場合は、PNG か TIFF の画像で保存してください。</translation>
    </message>
    <message>
      <source>{file}, the list of what was exported, cannot be read. Copy or export it again.</source>
      <translation>書き出したファイルの一覧 {file} を読み取れません。もう一度コピーするか、書き出し直してください。</translation>
    </message>
    <message>
      <source>{file}: GDAL could not say where it lies</source>
      <translation>{file}：GDAL が位置情報を書けませんでした</translation>
    </message>
    <message>
      <source>{file}: a member has a name that is too long ({member}). It was left out; rename it, pack it again.</source>
      <translation>{file}：名前が長すぎるファイルが入っています（{member}）。取り込みませんでした。名前を短くして、ZIP を作り直してください。</translation>
    </message>
    <message>
      <source>{file}: column(s) left out because the profile does not know them: {columns}</source>
      <translation>{file}：接続プロファイルにない列を読み飛ばしました：{columns}</translation>
    </message>
    <message>
      <source>{file}: going on from byte {offset}.</source>
      <translation>{file}：{offset} バイト目から続けます。</translation>
    </message>
    <message>
      <source>{file}: of {count} row(s), first in line {line}, item {item} is not used, the rest is: {reason} The rows are in {rejects}; ask the utility for the right values.</source>
      <translation>{file}：{count} 行（最初は {line} 行目）で項目「{item}」を使わず、ほかの項目は使います：{reason} 該当の行は {rejects} にあります。正しい値を一般送配電事業者に確認してください。</translation>
    </message>
    <message>
      <source>{file}: the columns {columns} are missing or of another type than readings have. It needs supply_point (text), flow, voltage, step, wh (whole numbers) and begin (timestamp), as “exportreadings” writes them.</source>
      <translation>{file}：列 {columns} がないか、電力データの型と異なります。supply_point（文字列）、flow・voltage・step・wh（整数）、begin（日時）が必要です（exportreadings が書き出す形）。</translation>
    </message>
    <message>
      <source>{file}: the registers seem to be written in decimals and not as the hexadecimal data of the meter. Energy and power are left out; that the meter answered counts.</source>
      <translation>{file}：積算値が計器の16進数データでなく10進数で書かれているようです。電力量と電力は使わず、計器が応答したことだけを使います。</translation>
    </message>
    <message>
      <source>{file}: the server starts again.</source>
      <translation>{file}：サーバーが始めから送り直しています。</translation>
    </message>
    <message>
      <source>{file}: the sheet “{sheet}” was read.</source>
      <translation>{file}：シート「{sheet}」を読みました。</translation>
    </message>
    <message>
      <source>{file}: the time codes could be those of steps of {first} or of {second} minutes. Take the file with its header row, or make a profile of its own that has only the step length of these files.</source>
      <translation>{file}：時刻コードが{first}分刻みとも{second}分刻みとも読めます。見出し行のあるファイルを使うか、このファイルの刻みだけを書いた専用の接続プロファイルを作ってください。</translation>
    </message>
    <message>
      <source>{file}: {count} event(s) lie after the publication of the file and were left out: their clocks are wrong.</source>
      <translation>{file}：{count}件の通知は、ファイルの公開より後の時刻になっているため除きました（計器の時計が狂っています）。</translation>
    </message>
    <message>
      <source>{file}: {count} figure(s) of the month (月間電力量全量, 次回検針日) cannot be read and were left out.</source>
      <translation>{file}：月間電力量全量・次回検針日のうち{count}件は読めないため、除きました。</translation>
    </message>
    <message>
      <source>{file}: {count} lines cannot be read and are left out ({lines}). Each needs a time and hexadecimal data of the length of its property.</source>
      <translation>{file}：{count} 行を読めないため除きました（{lines}）。各行には、時刻と、プロパティの長さどおりの16進数の値が必要です。</translation>
    </message>
    <message>
      <source>{file}: {count} meters that follow its last row in the usual order, and sent the day before, are not in it. It may have been cut off there, or they are without power. Compare its size with that of the original; if it differs, fetch or copy it again and import it.</source>
      <translation>{file}：最後の行より後に並ぶはずの計器のうち、前日に値があった{count}個がこのファイルにありません。ファイルがそこで途切れているか、それらの計器が停電しているかのどちらかです。元のファイルと大きさを比べ、違うときは、もう一度取得またはコピーして取り込んでください。</translation>
    </message>
    <message>
      <source>{file}: {count} of {all} rows cannot be read: it does not count as whole. What it does not tell of is unknown, not outage. Fetch or copy it again, not through a spreadsheet, and import it.</source>
      <translation>{file}：{all}行のうち{count}行を読めないため、全部そろったものとはみなしません。そこにないことは停電ではなく不明とします。表計算ソフトを通さずにもう一度取得またはコピーして取り込んでください。</translation>
    </message>
    <message>
      <source>{file}: {count} reading(s) were finer than 1 Wh and were rounded.</source>
      <translation>{file}：1 Wh より細かい値 {count} 件を丸めました。</translation>
    </message>
    <message>
      <source>{file}: {count} row(s) are of another municipality ({theirs}) and were left out; the case is of {ours}. They are in the file as received.</source>
      <translation>{file}：{count} 行は他の市区町村（{theirs}）のものなので除きました。案件は {ours} のものです。受け取ったファイルには残っています。</translation>
    </message>
    <message>
      <source>{file}: {count} row(s) have the supply point of a later row; the last one was kept.</source>
      <translation>{file}：供給/受電地点特定番号が後の行と重なる行が {count} 行あります。最後の行を採りました。</translation>
    </message>
    <message>
      <source>{file}: {count} row(s) left out, first in line {line}, item {item}: {reason} The rows are in {rejects}; correct them there or ask for the file again.</source>
      <translation>{file}：{count} 行を除外しました（最初は {line} 行目、項目「{item}」）：{reason} 該当の行は {rejects} にあります。そこで直すか、ファイルをもう一度受け取ってください。</translation>
    </message>
    <message>
      <source>{file}: {count} supply point(s) do not begin with a grid area (01 to 10). They were kept; check that the column is 供給/受電地点特定番号.</source>
      <translation>{file}：先頭 2 桁がエリア番号（01～10）でない供給/受電地点特定番号が {count} 件あります。取り込みましたが、列が正しいか確かめてください。</translation>
    </message>
    <message>
      <source>{file}: {count} value(s) of {item} are no dates and count as blank. Compare “dateFormat” of the profile with the file, then import it again.</source>
      <translation>{file}：{item}のうち{count}件は日付として読めないため、空欄として扱います。接続プロファイルの「dateFormat」をファイルと見比べて直し、もう一度取り込んでください。</translation>
    </message>
    <message>
      <source>{file}: {item} has codes that the profile does not list ({codes}): for {count} contract(s) it is not known. Add the codes to “meanings”, “{column}” in the profile, then import the file again.</source>
      <translation>{file}：{item}に、接続プロファイルにないコード（{codes}）があります。契約{count}件は不明として扱います。接続プロファイルの「meanings」の「{column}」にコードを追加してから、もう一度取り込んでください。</translation>
    </message>
    <message>
      <source>{file}: {member} is damaged. Get the ZIP again.</source>
      <translation>{file}：中の {member} が壊れています。ZIP を入手し直してください。</translation>
    </message>
    <message>
      <source>{file}: {member} is kept as {name}.</source>
      <translation>{file}：{member} は、{name} という名前で保存します。</translation>
    </message>
    <message>
      <source>{file}: {member} is locked with a passphrase.</source>
      <translation>{file}：{member} はパスワードで保護されています。</translation>
    </message>
    <message>
      <source>{file}: {pages} pages</source>
      <translation>{file}：{pages}ページ</translation>
    </message>
    <message>
      <source>{file}: {rows} rows, kept on {date}.</source>
      <translation>{file}：{rows} 行、{date} 保存。</translation>
    </message>
    <message>
      <source>{file}: {size} bytes received, length and checksum are right.</source>
      <translation>{file}：{size} バイトを受信し、長さとチェックサムを確認しました。</translation>
    </message>
    <message>
      <source>{file}: {size} bytes received, the length is right; the server gives no checksum.</source>
      <translation>{file}：{size} バイトを受信し、長さを確認しました。サーバーはチェックサムを示しません。</translation>
    </message>
    <message>
      <source>{file}: {size} bytes received; the server gives neither length nor checksum to compare.</source>
      <translation>{file}：{size} バイトを受信しました。サーバーが長さもチェックサムも示さないため、照合できません。</translation>
    </message>
    <message>
      <source>{file}: 月間電力量全量 and 次回検針日 cannot be read ({reason}); the half-hours were taken in.</source>
      <translation>{file}：月間電力量全量と次回検針日を読めません（{reason}）。30分値は取り込みました。</translation>
    </message>
    <message>
      <source>{first} / {second}</source>
      <translation>{first}／{second}</translation>
    </message>
    <message>
      <source>{first} {second}</source>
      <translation>{first}{second}</translation>
    </message>
    <message>
      <source>{first}, {others}</source>
      <translation>{first}、{others}</translation>
    </message>
    <message>
      <source>{first}, {second}</source>
      <translation>{first}、{second}</translation>
    </message>
    <message>
      <source>{folder} already holds a scenario. Choose another folder, or delete it.</source>
      <translation>{folder} には既にシナリオがあります。別のフォルダを選ぶか、削除してください。</translation>
    </message>
    <message>
      <source>{folder} already holds exported readings. Choose another folder, or delete those.</source>
      <translation>{folder} には書き出した電力データがすでにあります。別のフォルダを選ぶか、それを削除してください。</translation>
    </message>
    <message>
      <source>{folder} already is a case folder. Open it, or choose another folder.</source>
      <translation>{folder} はすでに案件フォルダです。それを開くか、別のフォルダを選んでください。</translation>
    </message>
    <message>
      <source>{folder} cannot be read ({reason}).</source>
      <translation>{folder} を読み取れません（{reason}）。</translation>
    </message>
    <message>
      <source>{folder} is not a case folder (it has no case.json). Choose another, or make a new case.</source>
      <translation>{folder} は案件フォルダではありません（case.json がありません）。別のフォルダを選ぶか、新しい案件を作成してください。</translation>
    </message>
    <message>
      <source>{folder} is not a case folder (it has no case.json). Choose one, or make it with “Create case”.</source>
      <translation>{folder} は案件フォルダではありません（case.json がありません）。案件フォルダを選ぶか、「案件を作成」で作ってください。</translation>
    </message>
    <message>
      <source>{folder} is not a scenario folder (it has no scenario.json). Choose one, or make it with “Create scenario”.</source>
      <translation>{folder} はシナリオフォルダではありません（scenario.json がありません）。シナリオフォルダを選ぶか、「シナリオを作る」で作成してください。</translation>
    </message>
    <message>
      <source>{folder} is there already. Wait a second and run again.</source>
      <translation>{folder} はすでにあります。1秒おいて実行し直してください。</translation>
    </message>
    <message>
      <source>{folder} is to be copied to the tablet as a whole ({rows} rows).</source>
      <translation>{folder} をフォルダごとタブレットに移してください（{rows} 行）。</translation>
    </message>
    <message>
      <source>{folder} lacks {missing} (admin_&lt;code&gt;.geojson, smallarea*.geojson). Add the files, or choose the folder that holds them.</source>
      <translation>{folder} に {missing} がありません（admin_&lt;コード&gt;.geojson、smallarea*.geojson）。ファイルを追加するか、それらがあるフォルダを選んでください。</translation>
    </message>
    <message>
      <source>{folder}: each file is kept in the case as what is chosen here. Look at every row before you agree.</source>
      <translation>{folder}：各ファイルを、ここで選んだ種類として案件に保存します。すべての行を確かめてから保存してください。</translation>
    </message>
    <message>
      <source>{free} GB are free; {wanted} GB are needed for a month of readings.</source>
      <translation>空き容量 {free} GB。1か月分の電力データには {wanted} GB 必要です。</translation>
    </message>
    <message>
      <source>{here} contract(s) of the case are not registered, {there} registered one(s) are in none of its lists. Register the list again where that is not meant.</source>
      <translation>案件の {here} 件は未登録で、登録の {there} 件は案件のどのリストにもありません。意図したものでなければ、登録し直してください。</translation>
    </message>
    <message>
      <source>{host} answered something that cannot be understood. Check the address and the profile.</source>
      <translation>{host} の応答を解釈できません。接続先と接続プロファイルを確認してください。</translation>
    </message>
    <message>
      <source>{host} answers.</source>
      <translation>{host} から応答がありました。</translation>
    </message>
    <message>
      <source>{host} did not finish its answer within {minutes} minutes. Check the network; try again.</source>
      <translation>{host} の応答が {minutes} 分たっても終わりません。ネットワークを確かめて、もう一度実行してください。</translation>
    </message>
    <message>
      <source>{host} does not answer. Check the address, the network and the firewall.</source>
      <translation>{host} が応答しません。接続先、ネットワーク、ファイアウォールを確認してください。</translation>
    </message>
    <message>
      <source>{host} does not speak TLS as it should. Check the address and port.</source>
      <translation>{host} と TLS で通信できません。接続先とポートを確認してください。</translation>
    </message>
    <message>
      <source>{host} fell silent in the middle of an answer. Check the network; try again.</source>
      <translation>{host} の応答が途中で止まりました。ネットワークを確認して、もう一度実行してください。</translation>
    </message>
    <message>
      <source>{host} sent an answer without end; it was cut off after {megabytes} MB. Check the address; tell the aggregator’s operator if it lasts.</source>
      <translation>{host} の応答が終わらないため、{megabytes} MB で打ち切りました。接続先を確かめ、続くようならシステムの運用者に連絡してください。</translation>
    </message>
    <message>
      <source>{hours} h</source>
      <translation>{hours}時間</translation>
    </message>
    <message>
      <source>{hours} h ago we said of now</source>
      <translation>{hours}時間前に出した現在の見通し</translation>
    </message>
    <message>
      <source>{hours} h {minutes} min</source>
      <translation>{hours}時間{minutes}分</translation>
    </message>
    <message>
      <source>{hours} hours cannot be planned. Give a number above 0.</source>
      <translation>{hours} 時間では計画できません。0 より大きい数を指定してください。</translation>
    </message>
    <message>
      <source>{ids} asks for it already; another condition is added.</source>
      <translation>{ids} で登録済みです。もう1件追加されます。</translation>
    </message>
    <message>
      <source>{id}: {files} file(s), {rows} rows</source>
      <translation>{id}：{files} ファイル、{rows} 行</translation>
    </message>
    <message>
      <source>{input}: the case keeps none any more.</source>
      <translation>{input}：案件から外しました。</translation>
    </message>
    <message>
      <source>{input}: the case's own ({file}), kept on {date}.</source>
      <translation>{input}：案件のもの（{file}、{date} 保存）を使います。</translation>
    </message>
    <message>
      <source>{input}: the case's own ({file}).</source>
      <translation>{input}：案件のもの（{file}）を使います。</translation>
    </message>
    <message>
      <source>{input}: {count} rows of {file} are kept in the case.</source>
      <translation>{input}：{file} の {count} 行を案件に保存しました。</translation>
    </message>
    <message>
      <source>{item}: {detail}</source>
      <translation>{item}：{detail}</translation>
    </message>
    <message>
      <source>{item}: {value}</source>
      <translation>{item}：{value}</translation>
    </message>
    <message>
      <source>{kind} ({file})</source>
      <translation>{kind}（{file}）</translation>
    </message>
    <message>
      <source>{kind} is chosen more than once: the case keeps one.</source>
      <translation>「{kind}」が2つ以上選ばれています。案件に保存できるのは1つです。</translation>
    </message>
    <message>
      <source>{kind}, {day}</source>
      <translation>{kind}、{day}</translation>
    </message>
    <message>
      <source>{kind}: {when}</source>
      <translation>{kind}: {when}</translation>
    </message>
    <message>
      <source>{late} meters were silent and had power. In {relays} areas the radio relay had failed.</source>
      <translation>{late}台の計器は、応答がない間も通電していました。{relays}区域で中継局が故障していました。</translation>
    </message>
    <message>
      <source>{layer} in {file}</source>
      <translation>{file} の {layer}</translation>
    </message>
    <message>
      <source>{layer}: whom some of what was entered is about is not certain in the new list. It stands in {file} of the case: look at each, and enter it again.</source>
      <translation>{layer}：入力された内容の一部は、新しい名簿のどなたのものか確かではありません。案件の {file} に残してあります。1件ずつ確かめて、入力し直してください。</translation>
    </message>
    <message>
      <source>{linked} of {count} facilities have supply points.</source>
      <translation>{count} 施設のうち {linked} 施設に供給地点があります。</translation>
    </message>
    <message>
      <source>{list} has no id in it: all facilities follow by kind.</source>
      <translation>{list} には番号がありません。すべての施設を種別の順に並べます。</translation>
    </message>
    <message>
      <source>{list} orders no facility at all: none of its ids is known. All follow by kind.</source>
      <translation>{list} の番号はどれも施設の一覧になく、順位は1つも付きません。すべての施設を種別の順に並べます。</translation>
    </message>
    <message>
      <source>{list} tells several capacities, of which the one indoors is taken (by row: {rows}).</source>
      <translation>{list} には収容人数が複数書かれた行があり、屋内の人数を採りました（行番号：{rows}）。</translation>
    </message>
    <message>
      <source>{list}, by row: {what}</source>
      <translation>{list}（行番号で示します）：{what}</translation>
    </message>
    <message>
      <source>{list}, column “{column}”: {count} value(s) are not understood and count as unknown ({values}). Correct them in the list.</source>
      <translation>{list} の列「{column}」：{count} 件の値が読み取れず、不明として扱います（{values}）。名簿・一覧を直してください。</translation>
    </message>
    <message>
      <source>{list}, row {row}: {name} is left out. It needs x and y on the map, and lat and lon or the name of one facility of the case.</source>
      <translation>{list} の {row} 行目：{name} は使いません。地図上の x・y と、緯度・経度か案件の1施設の名称が必要です。</translation>
    </message>
    <message>
      <source>{list}: columns not read: {columns}.</source>
      <translation>{list}：読み取らなかった列：{columns}</translation>
    </message>
    <message>
      <source>{list}: merged cells count for all their rows (rows {rows}).</source>
      <translation>{list}：結合されたセルの値は、そのすべての行の値とします（{rows} 行目）。</translation>
    </message>
    <message>
      <source>{list}: more fuel is told to be there than the tank holds ({values}). Which of the two is wrong nobody can tell: neither is used. Look at the units (L, kL).</source>
      <translation>{list}：燃料がタンク容量より多く書かれています（{values}）。どちらが誤りか分からないため、どちらも使いません。単位（L・kL）を確認してください。</translation>
    </message>
    <message>
      <source>{list}: no generator of this size burns so little or so much ({values}): the general table is used. Look at the unit (litres an hour).</source>
      <translation>{list}：この大きさの発電機ではあり得ない燃料消費量が書かれています（{values}）。一般的な表の値を使います。単位（1時間当たりのL）を確認してください。</translation>
    </message>
    <message>
      <source>{list}: rows that repeat another wholly, name or id included, are taken once: {rows}.</source>
      <translation>{list}：氏名や番号も含めてほかの行とまったく同じ行は、1回だけ数えます：{rows}</translation>
    </message>
    <message>
      <source>{list}: rows {first} and {second} are taken together as the heading.</source>
      <translation>{list}：{first} 行目と {second} 行目を合わせて見出しとしました。</translation>
    </message>
    <message>
      <source>{list}: rows {rows} are alike and have nothing that tells people apart: all stay on the list, marked as possibly the same.</source>
      <translation>{list}：{rows} 行目は内容が同じで、同じ人かどうか区別できません。全員を載せ、同じ人かもしれない印を付けます。</translation>
    </message>
    <message>
      <source>{list}: rows {rows} are sums (合計): nobody and nothing is in them, and they are left out.</source>
      <translation>{list}：行 {rows} は合計の行のため、読み込みません。</translation>
    </message>
    <message>
      <source>{list}: rows {rows} have a supply point that stands in an earlier row too: several people of one home, or a mistake.</source>
      <translation>{list}：{rows} 行目の供給地点特定番号は前の行にもあります（同居者、または誤り）。</translation>
    </message>
    <message>
      <source>{list}: rows {rows} have no id of their own: they are kept, and identified by their row.</source>
      <translation>{list}：{rows} 行目には独自IDがありません。名簿には残し、行番号で示します。</translation>
    </message>
    <message>
      <source>{list}: rows {rows} hold signs that could not be read (wrong encoding). Save the list as CSV UTF-8.</source>
      <translation>{list}：{rows} 行目に読めない文字があります（文字コードの誤り）。CSV UTF-8で保存し直してください。</translation>
    </message>
    <message>
      <source>{list}: rows {rows} may be one facility each, written in two ways: each row counts by itself, and links, backup power and trucks may go to one of them alone. Leave one row for each facility.</source>
      <translation>{list}：行 {rows} はそれぞれ、書き方が違う同じ施設のおそれがあります。1行ずつ別の施設として数え、対応表・非常用電源・電源車は一方にしか付かないことがあります。1施設を1行にしてください。</translation>
    </message>
    <message>
      <source>{list}: rows {rows} tell of a facility otherwise than a row before. Its interval holds what each of them tells, and all together as several generators. Leave one row for each facility.</source>
      <translation>{list}：行 {rows} は、前の行と同じ施設について違うことが書かれています。残り時間の幅は、どの行でも、複数の発電機として合わせた場合でも収まるように示しました。1施設1行にしてください。</translation>
    </message>
    <message>
      <source>{list}: rows {rows} tell of one truck differently: it is not sent. Leave one row for each truck.</source>
      <translation>{list}：行 {rows} は同じ車両について違うことが書かれているため、その車は送りません。1台1行にしてください。</translation>
    </message>
    <message>
      <source>{list}: rows {rows} tell only about when the stock was as told ({values}): it may have been at any time of that span. Add the hour.</source>
      <translation>{list}：{rows} 行目の残量確認日時は幅があります（{values}）。その間のどの時刻もありうるものとして幅を広げました。時刻を書き足してください。</translation>
    </message>
    <message>
      <source>{list}: so much fuel lasts a generator of this size more than {days} days at full load ({values}): it is not used. Look at the units (L, kL) and at the kVA.</source>
      <translation>{list}：この大きさの発電機が全負荷で{days}日を超えて動く量の燃料が書かれています（{values}）。使いません。単位（L・kL）とkVAを確認してください。</translation>
    </message>
    <message>
      <source>{list}: such a tank is empty within {minutes} minutes at full load ({values}): it is not used. Look at the units (L, kL) and at the kVA.</source>
      <translation>{list}：全負荷なら{minutes}分で空になるタンク容量が書かれています（{values}）。使いません。単位（L・kL）とkVAを確認してください。</translation>
    </message>
    <message>
      <source>{list}: the ids {ids} stand on several facilities. All stay on the list and share their supply points: give each an id of its own.</source>
      <translation>{list}：ID {ids} が複数の施設に付いています。すべて載せ、供給地点は共通とみなします。施設ごとに別のIDを付けてください。</translation>
    </message>
    <message>
      <source>{list}: the supply point of {count} row(s) stands in マスタ情報 at another address, in another name (rows {rows}): perhaps it is somebody else's, and what its meter tells is not taken for theirs. Check these numbers.</source>
      <translation>{list}：{count}行の供給地点は、マスタ情報では名簿と違う住所・違う名義です（行 {rows}）。別の方のもののおそれがあるため、その計器の情報は本人のものとして扱いません。番号を確認してください。</translation>
    </message>
    <message>
      <source>{list}: when the stock of rows {rows} was as told cannot be read. It counts from the loss of power for the early end, and from now for the late one. Write it as 2026-01-20 09:00.</source>
      <translation>{list}：{rows} 行目の残量確認日時が読み取れません。早いほうの終わりは停電の開始から、遅いほうの終わりは現在から数えます。2026-01-20 09:00 のように書いてください。</translation>
    </message>
    <message>
      <source>{list}: {count} id(s) stand on several people: all stay on the list. An id of each person's own tells them apart.</source>
      <translation>{list}：{count} 個の番号が複数の人に付いています。全員を載せます。一人ずつの番号を付ければ区別できます。</translation>
    </message>
    <message>
      <source>{list}: {count} row(s) fit several contracts of マスタ情報, or one by name or by address alone (rows {rows}). Look at them yourself and enter their supply points; they stay unknown.</source>
      <translation>{list}：{count}件はマスタ情報の複数の契約に当てはまるか、氏名または住所の一方だけが一致します（{rows} 行目）。目視で確認し、供給地点特定番号を入力してください。それまでは不明のままとします。</translation>
    </message>
    <message>
      <source>{list}: {count} row(s) have no id, and no facility, or several, of their name ({rows}). Write their facility_id.</source>
      <translation>{list}：{count}行に施設IDがなく、同じ名前の施設がないか、いくつもあります（{rows}）。施設IDを書いてください。</translation>
    </message>
    <message>
      <source>{list}: {count} row(s) have no usable supply point of 22 digits, and no link by their id (rows {rows}). They stay on the list as unknown. Match them by 契約照合, or format the column as text.</source>
      <translation>{list}：{count} 行に使用できる22桁の供給地点特定番号がなく、IDの対応付けもありません（{rows} 行目）。「不明」として一覧に残します。契約照合を行うか、列の書式を文字列にしてください。</translation>
    </message>
    <message>
      <source>{list}: {count} row(s) without a supply point were found in マスタ情報 by name and address, each in one contract alone (rows {rows}).</source>
      <translation>{list}：供給地点特定番号のない{count}件は、氏名と住所がマスタ情報の1契約だけと一致したため、その契約を使います（{rows} 行目）。</translation>
    </message>
    <message>
      <source>{litres} L lacking</source>
      <translation>{litres} L 不足</translation>
    </message>
    <message>
      <source>{low} to {high}</source>
      <translation>{low}～{high}</translation>
    </message>
    <message>
      <source>{low}–{high}</source>
      <translation>{low}～{high}</translation>
    </message>
    <message>
      <source>{meaning} ({word})</source>
      <translation>{meaning} ({word})</translation>
    </message>
    <message>
      <source>{merged} answer(s) were taken over; {unchanged} row(s) came back as they were or were taken over before.</source>
      <translation>{merged} 件の答えを取り込みました。{unchanged} 行は変わっていないか、取り込み済みです。</translation>
    </message>
    <message>
      <source>{meters} meters are too few for 45 settlements. Give 2,000 or more.</source>
      <translation>計器数 {meters} は 45 地区には少なすぎます。2,000 以上を指定してください。</translation>
    </message>
    <message>
      <source>{meters} meters: {powered} powered, {outage} without power, {unknown} unknown. {reason}</source>
      <translation>計器 {meters} 台：通電 {powered}、停電 {outage}、不明 {unknown}。{reason}</translation>
    </message>
    <message>
      <source>{minutes} min</source>
      <translation>{minutes}分</translation>
    </message>
    <message>
      <source>{minutes} min ({meters} meters)</source>
      <translation>{minutes}分（{meters}台）</translation>
    </message>
    <message>
      <source>{moment} is not on a half-hour. Give a time ending in :00 or :30.</source>
      <translation>{moment} は 30 分の区切りではありません。00 分か 30 分の時刻を指定してください。</translation>
    </message>
    <message>
      <source>{moment} is not on a step of {minutes} minutes. Give a time that is.</source>
      <translation>{moment} は{minutes}分刻みの時刻ではありません。刻みに合う時刻を指定してください。</translation>
    </message>
    <message>
      <source>{month}, {words}</source>
      <translation>{month}（{words}）</translation>
    </message>
    <message>
      <source>{name} (left empty: the case's own)</source>
      <translation>{name}（空欄なら案件のもの）</translation>
    </message>
    <message>
      <source>{name} goes with a folder of open data. Choose the folder too, or leave both empty.</source>
      <translation>{name} はオープンデータのフォルダとあわせて使います。フォルダも指定するか、両方を空欄にしてください。</translation>
    </message>
    <message>
      <source>{name} is left out: {lat}, {lon} is not in Japan. Look whether latitude and longitude are swapped, or the reference system is another.</source>
      <translation>{name}は使いません。{lat}, {lon}は日本国内ではありません。緯度と経度の入れ替わりや、座標参照系の違いがないか確かめてください。</translation>
    </message>
    <message>
      <source>{name} is left out: {x}, {y} is not on the map, which has {wide} × {high} pixels. Read the points from the picture in this size.</source>
      <translation>{name}は使いません。{x}, {y}は地図（{wide}×{high}画素）の外です。この大きさの画像で位置を読み取ってください。</translation>
    </message>
    <message>
      <source>{name} misses by {metres} m: look whether it is the same place on both, or leave it out.</source>
      <translation>{name} が {metres} m ずれています。同じ場所か確かめるか、この点を外してください。</translation>
    </message>
    <message>
      <source>{now:.1f} kWh a day; {before:.1f} on the same weekdays a year before ({days} days compared)</source>
      <translation>1日あたり {now:.1f} kWh、前年同曜日は {before:.1f} kWh（{days}日で比較）</translation>
    </message>
    <message>
      <source>{now}, no earlier day to compare with</source>
      <translation>{now}（比べる過去の時点なし）</translation>
    </message>
    <message>
      <source>{package} (installed, but it cannot be loaded)</source>
      <translation>{package}（入っていますが、読み込めません）</translation>
    </message>
    <message>
      <source>{package} {version} or later (not installed)</source>
      <translation>{package} {version} 以降（入っていません）</translation>
    </message>
    <message>
      <source>{package} {version} or later ({found} is too old)</source>
      <translation>{package} {version} 以降（{found} では古すぎます）</translation>
    </message>
    <message>
      <source>{path} cannot be written ({reason}). Choose a folder that you may write to, and run again.</source>
      <translation>{path} に書き込めません（{reason}）。書き込めるフォルダを選んで、もう一度実行してください。</translation>
    </message>
    <message>
      <source>{rate} (high voltage, larger squares)</source>
      <translation>{rate}（高圧・特別高圧、大きいメッシュ）</translation>
    </message>
    <message>
      <source>{reason}</source>
      <translation>{reason}</translation>
    </message>
    <message>
      <source>{reason} Given up for now: run again, and it goes on from where it stopped.</source>
      <translation>{reason}いったん中止しました。もう一度実行すると、途切れた所から続けます。</translation>
    </message>
    <message>
      <source>{reason} Going on from where it stopped.</source>
      <translation>{reason}途切れた所から続けます。</translation>
    </message>
    <message>
      <source>{reason} It came wrong twice and was not kept. Try later; tell the operator if it lasts.</source>
      <translation>{reason}2回とも正しくなかったため、保存していません。後でもう一度実行し、続く場合は運用窓口へ連絡してください。</translation>
    </message>
    <message>
      <source>{reason} It is fetched once more.</source>
      <translation>{reason}もう一度受信します。</translation>
    </message>
    <message>
      <source>{reason} It is not known whether the server did what it was asked. Look at the list before you try again.</source>
      <translation>{reason}処理されたかどうか分かりません。もう一度実行する前に一覧を確認してください。</translation>
    </message>
    <message>
      <source>{reason} Looking whether the condition stands in the list.</source>
      <translation>{reason} 条件が一覧に載っているかを確かめます。</translation>
    </message>
    <message>
      <source>{reason} Looking whether the contracts stand in the list.</source>
      <translation>{reason} 契約が一覧にあるか確かめています。</translation>
    </message>
    <message>
      <source>{reason} Trying again in {seconds} s (attempt {attempt} of {attempts}).</source>
      <translation>{reason}{seconds} 秒後に再試行します（{attempts} 回中 {attempt} 回目）。</translation>
    </message>
    <message>
      <source>{reason}, but the supply point stands at another address than the list's</source>
      <translation>{reason}。ただし供給地点の住所が名簿の住所と違う</translation>
    </message>
    <message>
      <source>{reason}; too old at the moment of looking</source>
      <translation>{reason}。見る時刻には古すぎる</translation>
    </message>
    <message>
      <source>{result}: no column tells who a row is about (name, key). Teams find the places only on the map; name the columns in COLUMNS where that is not enough.</source>
      <translation>{result}：誰の行かを示す列（name、key）がありません。現地では地図の位置だけが頼りです。足りないときは COLUMNS に列を書いてください。</translation>
    </message>
    <message>
      <source>{rows} rows</source>
      <translation>{rows} 行</translation>
    </message>
    <message>
      <source>{rows} rows, {problems} with a problem. Nothing has been sent yet.</source>
      <translation>{rows} 行のうち {problems} 行に問題があります。まだ何も送っていません。</translation>
    </message>
    <message>
      <source>{said} Counted from {day}, when the contract of this customer began; the days before are another’s.</source>
      <translation>{said}この需要家の契約開始日（{day}）から数えました。それより前の日は前の入居者のものです。</translation>
    </message>
    <message>
      <source>{sentence}. </source>
      <translation>{sentence}。</translation>
    </message>
    <message>
      <source>{share} of the plan's</source>
      <translation>災害時連携計画の {share}</translation>
    </message>
    <message>
      <source>{sheet}  list {number}</source>
      <translation>{sheet}　別紙 {number}</translation>
    </message>
    <message>
      <source>{shown} of {total} rows</source>
      <translation>{total} 行中 {shown} 行</translation>
    </message>
    <message>
      <source>{size} MB</source>
      <translation>{size} MB</translation>
    </message>
    <message>
      <source>{size} m mesh, {count} secondary</source>
      <translation>{size} mメッシュ（二次{count}個）</translation>
    </message>
    <message>
      <source>{tables} tables with {rows} rows are published in {place}. To let people in, its administrator grants the roles {roles}.</source>
      <translation>{place}に{tables}個の表（{rows}行）を公開しました。利用者には、管理者が役割{roles}を付与します。</translation>
    </message>
    <message>
      <source>{taken} answers were taken, {same} were there already.</source>
      <translation>{taken} 件の回答を取り込みました。{same} 件は既にありました。</translation>
    </message>
    <message>
      <source>{text} All of it went dark at once.</source>
      <translation>{text} 全域が同時に途絶。</translation>
    </message>
    <message>
      <source>{text} Few meters: check by other means.</source>
      <translation>{text} 計器が少ないため、他の手段でも確認してください。</translation>
    </message>
    <message>
      <source>{text} Group of {areas} adjacent areas ({meters} meters).</source>
      <translation>{text} 隣接する{areas}区域（計器{meters}台）のグループ。</translation>
    </message>
    <message>
      <source>{text} Nearest area with power: {km} km.</source>
      <translation>{text} 通電している最寄りの区域まで{km}km。</translation>
    </message>
    <message>
      <source>{text} {count} of them fell silent with a radio relay that had failed ({since}) and may have power: of those that are back {share} % had.</source>
      <translation>{text} うち{count}台は、故障していた通信中継局（{since}から）と同時に応答がなくなっており、通電している可能性があります（復帰した計器では{share}％が通電していました）。</translation>
    </message>
    <message>
      <source>{text} {dark} of {all} neighbouring areas are dark too.</source>
      <translation>{text} 隣接する{all}区域のうち{dark}区域も途絶。</translation>
    </message>
    <message>
      <source>{theme} of {shown}: {right} right, {wrong} wrong, {unknown} cannot be judged.</source>
      <translation>{theme}（{shown}時点）：正しい{right}件、誤り{wrong}件、判定できない{unknown}件。</translation>
    </message>
    <message>
      <source>{theme}: not made yet</source>
      <translation>{theme}：未作成</translation>
    </message>
    <message>
      <source>{theme}: the case forbids printing results about people</source>
      <translation>{theme}：この案件では個人に関する結果の印刷が禁止されています</translation>
    </message>
    <message>
      <source>{time} (drill)</source>
      <translation>{time}（訓練）</translation>
    </message>
    <message>
      <source>{time} (in {hours} h)</source>
      <translation>{time}（{hours}時間後）</translation>
    </message>
    <message>
      <source>{time} ({age})</source>
      <translation>{time}（{age}）</translation>
    </message>
    <message>
      <source>{time}: {value}</source>
      <translation>{time}　{value}</translation>
    </message>
    <message>
      <source>{title} (continued)</source>
      <translation>{title}（続き）</translation>
    </message>
    <message>
      <source>{title} (left empty: in “reports” of the case)</source>
      <translation>{title}（空欄：案件の「reports」に）</translation>
    </message>
    <message>
      <source>{title} ({count})</source>
      <translation>{title}（{count}）</translation>
    </message>
    <message>
      <source>{title} ({detail})</source>
      <translation>{title}（{detail}）</translation>
    </message>
    <message>
      <source>{title} ({voltage})</source>
      <translation>{title}（{voltage}）</translation>
    </message>
    <message>
      <source>{title} as of {time}</source>
      <translation>{title} {time}</translation>
    </message>
    <message>
      <source>{title} {theme} of {time}</source>
      <translation>{title}（{time} の{theme}）</translation>
    </message>
    <message>
      <source>{title} {time}: part {parts} of at least {count} missing</source>
      <translation>{title} {time}：少なくとも{count}分割のうち{parts}番が欠けている</translation>
    </message>
    <message>
      <source>{title} {time}: parts seem to be missing at the end</source>
      <translation>{title} {time}：末尾の分割ファイルが欠けているおそれ</translation>
    </message>
    <message>
      <source>{title} {time}: {count} of {all} files missing</source>
      <translation>{title} {time}：{all}ファイルのうち{count}ファイルが欠けている</translation>
    </message>
    <message>
      <source>{title}, as of {time}</source>
      <translation>{title} {time} 時点</translation>
    </message>
    <message>
      <source>{title}, {detail}</source>
      <translation>{title} {detail}</translation>
    </message>
    <message>
      <source>{title}, {hours} hours ahead</source>
      <translation>{title}（{hours}時間後）</translation>
    </message>
    <message>
      <source>{title}, {time} ({hours} h after the data end)</source>
      <translation>{title}（{time}、データの終わりから{hours}時間後）</translation>
    </message>
    <message>
      <source>{title}: the case keeps no past map that could be judged.</source>
      <translation>{title}：判定できる過去の地図が案件にありません。</translation>
    </message>
    <message>
      <source>{told} ({why})</source>
      <translation>{told}（{why}）</translation>
    </message>
    <message>
      <source>{value} is not a value of this item</source>
      <translation>{value} はこの項目の値ではありません</translation>
    </message>
    <message>
      <source>{value} of {of}</source>
      <translation>{value}／{of}</translation>
    </message>
    <message>
      <source>{voltage}, {metres} m: {cells} cells, {masked} of them masked; {silent} of {meters} meters silent.</source>
      <translation>{voltage}、{metres} mメッシュ：{cells} メッシュ（うち秘匿 {masked}）、計器 {meters} 台のうち {silent} 台が検針できていません。</translation>
    </message>
    <message>
      <source>{voltage}: </source>
      <translation>{voltage}：</translation>
    </message>
    <message>
      <source>{what} The Python of QGIS does not have {packages}. {how} Then start QGIS again.</source>
      <translation>{what} QGIS の Python に次のパッケージがありません：{packages}。{how} その後、QGIS を起動し直してください。</translation>
    </message>
    <message>
      <source>{when} (later than now)</source>
      <translation>{when}（現在より後）</translation>
    </message>
    <message>
      <source>{when} ({days} days ago)</source>
      <translation>{when}（{days}日前）</translation>
    </message>
    <message>
      <source>{when} ({hours} h ago)</source>
      <translation>{when}（{hours}時間前）</translation>
    </message>
    <message>
      <source>{where} cannot be distinguished from {other}: neither the name of the column nor the length of the time code differs. Correct one, or make a profile of its own for these files.</source>
      <translation>{where} は {other} と見分けられません。列名も時刻コードの長さも同じです。どちらかを直すか、これらのファイル専用の接続プロファイルを作ってください。</translation>
    </message>
    <message>
      <source>{where} has the same item twice. Remove one.</source>
      <translation>{where} に同じものが2回あります。1つ取り除いてください。</translation>
    </message>
    <message>
      <source>{where} holds characters that a file name may not have. Remove them.</source>
      <translation>{where} にファイル名に使えない文字があります。取り除いてください。</translation>
    </message>
    <message>
      <source>{where} is an empty list. Enter at least one item.</source>
      <translation>{where} が空のリストです。少なくとも1つ入れてください。</translation>
    </message>
    <message>
      <source>{where} is an empty text. Enter what the design document says.</source>
      <translation>{where} が空です。設計書のとおりに入れてください。</translation>
    </message>
    <message>
      <source>{where} is missing. Copy it from the shipped profile and enter what the design document says.</source>
      <translation>{where} がありません。標準の接続プロファイルから写し、設計書のとおりに書き換えてください。</translation>
    </message>
    <message>
      <source>{where} is missing. Enter it, or “timeFormat” where slots are named by the time of day.</source>
      <translation>{where} がありません。入れるか、コマを時刻で表す場合は「timeFormat」を入れてください。</translation>
    </message>
    <message>
      <source>{where} is not a name that a profile has. Correct its spelling, or remove it; for remarks there is “comment”.</source>
      <translation>{where} は接続プロファイルにない名前です。つづりを直すか、取り除いてください。覚え書きには「comment」を使えます。</translation>
    </message>
    <message>
      <source>{where} is the mark of a missing value too: a masked figure could not be distinguished from it. Correct one.</source>
      <translation>{where} が欠測の記号と同じです。秘匿された値と区別できません。どちらかを直してください。</translation>
    </message>
    <message>
      <source>{where} is too small for the numbers of a day’s slots. Enter more digits.</source>
      <translation>{where} では1日のコマの番号が入りません。桁数を増やしてください。</translation>
    </message>
    <message>
      <source>{where} is “{name}”, which is not in {other}. Enter the kind as file names say it in both places.</source>
      <translation>{where} の「{name}」が {other} にありません。ファイル名に現れる種別を両方に入れてください。</translation>
    </message>
    <message>
      <source>{where} is “{value}”, as {other} is. Enter what the design document says for each.</source>
      <translation>{where} が「{value}」で、{other} と同じです。それぞれ設計書のとおりに入れてください。</translation>
    </message>
    <message>
      <source>{where} is “{value}”, but must be one of: {choices}. Enter one of them.</source>
      <translation>{where} が「{value}」ですが、次のどれかでなければなりません：{choices}。どれかを入れてください。</translation>
    </message>
    <message>
      <source>{where} must be at least {least}.</source>
      <translation>{where} は {least} 以上にしてください。</translation>
    </message>
    <message>
      <source>{where} must be one character. Enter it.</source>
      <translation>{where} は1文字でなければなりません。1文字を入れてください。</translation>
    </message>
    <message>
      <source>{where} must be {expected}. Enter that.</source>
      <translation>{where} は {expected} でなければなりません。そのように入れてください。</translation>
    </message>
    <message>
      <source>{where} must be {what}. Write it as in the shipped profile.</source>
      <translation>{where} は{what}でなければなりません。標準の接続プロファイルと同じ形で書いてください。</translation>
    </message>
    <message>
      <source>{where} must begin with “/” and hold no blanks. Correct the path.</source>
      <translation>{where} は「/」で始まり、空白を含まないものでなければなりません。パスを直してください。</translation>
    </message>
    <message>
      <source>{where} must hold each of these once: {choices}. Write the other characters as they are.</source>
      <translation>{where} には次のものを1回ずつ入れてください：{choices}。ほかの文字はそのまま書きます。</translation>
    </message>
    <message>
      <source>{where}: Japanese files in “{name}” cannot be read line by line. Enter utf-8-sig or cp932.</source>
      <translation>{where}：「{name}」の日本語ファイルは行ごとに読めません。utf-8-sig か cp932 を入れてください。</translation>
    </message>
    <message>
      <source>{where}: a date or time written as “{form}” does not come back. Enter a form such as {example}.</source>
      <translation>{where}：「{form}」の形では日付や時刻を元に戻せません。{example} のような形を入れてください。</translation>
    </message>
    <message>
      <source>{where}: no encoding is called “{name}”. Enter utf-8-sig or cp932.</source>
      <translation>{where}：「{name}」という文字コードはありません。utf-8-sig か cp932 を入れてください。</translation>
    </message>
    <message>
      <source>{where}: none of these columns is in the list of columns. Add one of them.</source>
      <translation>{where}：ここに挙げた列が列の一覧に一つもありません。どれかを加えてください。</translation>
    </message>
    <message>
      <source>{where}: the column “{name}” goes by the code table “{table}”. Enter that.</source>
      <translation>{where}：列「{name}」のコード表は「{table}」です。そのように入れてください。</translation>
    </message>
    <message>
      <source>{where}: the column “{name}” is missing, without which such a file means nothing. Add it.</source>
      <translation>{where}：列「{name}」がありません。この列がないとファイルの意味が決まりません。加えてください。</translation>
    </message>
    <message>
      <source>{where}: the column “{name}” must have the type “{type}”. Enter that.</source>
      <translation>{where}：列「{name}」の型は「{type}」でなければなりません。そのように入れてください。</translation>
    </message>
    <message>
      <source>{where}: the list was changed meanwhile; give the workbook again.</source>
      <translation>{where}：その間に一覧が変更されました。もう一度ブックを指定してください。</translation>
    </message>
    <message>
      <source>{where}: this person is not, or no longer, in the list; look there.</source>
      <translation>{where}：この人は一覧にいません（一覧から外れた場合を含む）。確認してください。</translation>
    </message>
    <message>
      <source>{where}: “{new}” was answered, but “{old}” stands in the list already, and stays. Ask which holds.</source>
      <translation>{where}：回答は「{new}」ですが、一覧には既に「{old}」があり、そのままにしました。どちらが正しいか確認してください。</translation>
    </message>
    <message>
      <source>{where}: “{sign}” cannot separate fields. Enter a comma, a tab or the like.</source>
      <translation>{where}：「{sign}」は項目の区切りに使えません。カンマやタブなどを入れてください。</translation>
    </message>
    <message>
      <source>{where}: “{text}” tells no day and time of the answer. It stands in the note, and the moment is left empty.</source>
      <translation>{where}：「{text}」からは回答の日時が分かりません。備考に残し、日時は空欄にしました。</translation>
    </message>
    <message>
      <source>{where}: “{word}” is none of the answers.</source>
      <translation>{where}：「{word}」は回答の選択肢にありません。</translation>
    </message>
    <message>
      <source>{why}: it is printed in this window, which waits meanwhile.</source>
      <translation>{why}。このウィンドウで印刷するため、その間は操作できません。</translation>
    </message>
    <message>
      <source>{without} of {count} features have no code: no geometry, or outside Japan's grid squares.</source>
      <translation>{count} 件のうち {without} 件は、ジオメトリがないか日本のメッシュの範囲外のため、コードがありません。</translation>
    </message>
    <message>
      <source>{word}?</source>
      <translation>{word}？</translation>
    </message>
    <message>
      <source>{work} …</source>
      <translation>{work}　実行中…</translation>
    </message>
    <message>
      <source>{work} … {percent} %</source>
      <translation>{work}　{percent} %</translation>
    </message>
    <message>
      <source>{work}: {reason}</source>
      <translation>{work}：{reason}</translation>
    </message>
    <message>
      <source>–</source>
      <translation>～</translation>
    </message>
    <message>
      <source>– areas without a number</source>
      <translation>― 戸数の記載がない区域</translation>
    </message>
    <message>
      <source>– before the event, until {time}: {state}</source>
      <translation>― 発生前（{time}まで）は{state}</translation>
    </message>
    <message>
      <source>– before the event: {state}</source>
      <translation>― 発生前は{state}</translation>
    </message>
    <message>
      <source>– other reasons</source>
      <translation>― その他の理由</translation>
    </message>
    <message>
      <source>– {reason}</source>
      <translation>― {reason}</translation>
    </message>
    <message>
      <source>– {theme}</source>
      <translation>－{theme}</translation>
    </message>
    <message>
      <source>“{code}” (item {place}) is not a mesh code of {metres} m: {digits} digits are expected. Check the mesh size and the codes.</source>
      <translation>{place} 番目の「{code}」は {metres} m のメッシュコードではありません（正しくは {digits} 桁）。メッシュの大きさとコードを確認してください。</translation>
    </message>
    <message>
      <source>“{email}” is no mail address. Correct the address for questions.</source>
      <translation>「{email}」はメールアドレスではありません。問い合わせ先のアドレスを直してください。</translation>
    </message>
    <message>
      <source>“{heading}” seems to be the facility’s own name. What matches is the name in which its electricity contract is held, e.g. the municipality’s. Choose that column.</source>
      <translation>「{heading}」は施設自体の名称のようです。照合に使われるのは電気契約の名義（市町村など）です。その列を選んでください。</translation>
    </message>
    <message>
      <source>“{heading}” seems to be the person to be supported. What matches is name and address of the contract holder (電気契約者), often the head of the household. Choose that column.</source>
      <translation>「{heading}」は支援の対象となる方の列のようです。照合に使われるのは電気契約者（世帯主であることが多い）の氏名と住所です。その列を選んでください。</translation>
    </message>
    <message>
      <source>“{input}” cannot be read or has no rows. Choose a CSV, an XLSX workbook or a layer.</source>
      <translation>「{input}」を読み取れないか、行がありません。CSV、XLSX、レイヤのいずれかを選んでください。</translation>
    </message>
    <message>
      <source>“{item}” is not a moment in Japanese time. Write it as 2026-01-19T05:46, an event that lasted as 2026-09-08T17:20/2026-09-09T06:00, and separate several by commas.</source>
      <translation>「{item}」は日本時間の日時として読めません。2026-01-19T05:46 のように、続いたものは 2026-09-08T17:20/2026-09-09T06:00 のように書き、複数あればコンマで区切ってください。</translation>
    </message>
    <message>
      <source>“{item}” is still the present time. Enter the time at which the drill plays, or press once more.</source>
      <translation>「{item}」がパソコンの現在時刻のままです。訓練で想定する日時を入力してください。このままでよければ、もう一度押してください。</translation>
    </message>
    <message>
      <source>“{layer}” can be read by this window alone</source>
      <translation>「{layer}」はこのウィンドウでしか読み込めません</translation>
    </message>
    <message>
      <source>“{layer}” has edits that are not saved</source>
      <translation>「{layer}」に保存していない編集があります</translation>
    </message>
    <message>
      <source>“{layer}” has edits that are not saved: they are not printed.</source>
      <translation>「{layer}」に保存していない編集があります。編集した内容は印刷されません。</translation>
    </message>
    <message>
      <source>“{layer}” is a result about places, no list of people. Choose the list itself in “{field}”.</source>
      <translation>「{layer}」は場所についての結果で、人の名簿ではありません。「{field}」に名簿を選んでください。</translation>
    </message>
    <message>
      <source>“{layer}” is a result of Tomoshibi. {wanted}</source>
      <translation>「{layer}」はTomoshibiの結果です。{wanted}</translation>
    </message>
    <message>
      <source>“{layer}” is a table without a map sheet: it is not printed.</source>
      <translation>「{layer}」は地図のない表のため、帳票にはなりません（印刷していません）。</translation>
    </message>
    <message>
      <source>“{layer}” is in no file</source>
      <translation>「{layer}」はファイルに保存されていません</translation>
    </message>
    <message>
      <source>“{layer}” is shown: it is the result that changes with the time.</source>
      <translation>「{layer}」を表示しました。時間とともに変わる結果です。</translation>
    </message>
    <message>
      <source>“{layer}” names people: give it in Layers to print it.</source>
      <translation>「{layer}」には個人が載るため印刷していません。印刷するときは「レイヤ」に指定してください。</translation>
    </message>
    <message>
      <source>“{name}” can be used.</source>
      <translation>「{name}」を使用できます。</translation>
    </message>
    <message>
      <source>“{name}” can be used. {public} of its marks are public, {assumed} are assumed.</source>
      <translation>「{name}」は使えます。公開情報に基づく項目は {public}、仮定に基づく項目は {assumed} です。</translation>
    </message>
    <message>
      <source>“{name}” cannot be the schema: small letters, digits and _ only, a letter first, at most 40, and not public. Choose one for this case, e.g. noto2024.</source>
      <translation>「{name}」はスキーマにできません。英小文字・数字・_ だけを使い、英字で始めて40文字以内とし、public 以外にしてください。例：noto2024</translation>
    </message>
    <message>
      <source>“{name}” has no place on the map.</source>
      <translation>「{name}」は位置がわからず、地図に出せません。</translation>
    </message>
    <message>
      <source>“{output}” is to go to the case, but no case is given. Choose one, or another place.</source>
      <translation>「{output}」は案件に保存されますが、案件が指定されていません。案件を選ぶか、別の出力先を選んでください。</translation>
    </message>
    <message>
      <source>“{text}” is no peacetime. Give a number of days, dates such as 2026-01-12,2026-01-13, or a period such as 2026-01-12/2026-01-18.</source>
      <translation>「{text}」は平常時の指定として読めません。日数、日付（2026-01-12,2026-01-13）、期間（2026-01-12/2026-01-18）のいずれかで指定してください。</translation>
    </message>
    <message>
      <source>“{value}” is not a choice of the item {item}.</source>
      <translation>「{value}」は項目 {item} の選択肢にありません。</translation>
    </message>
    <message>
      <source>“{value}” is not a truth value. This is a fault of the plugin: please report it.</source>
      <translation>「{value}」は真偽値ではありません。プラグインの不具合です。お知らせください。</translation>
    </message>
    <message>
      <source>“{word}” is no number of hours from 1 to {most}. Write hours separated by commas: 6,12,24.</source>
      <translation>「{word}」は1〜{most}の時間数ではありません。6,12,24 のようにカンマで区切って入力してください。</translation>
    </message>
    <message>
      <source>“{work}” goes on in the background; a message follows when it is done.</source>
      <translation>「{work}」はバックグラウンドで続きます。終わったらお知らせします。</translation>
    </message>
    <message>
      <source>”, “</source>
      <translation>」「</translation>
    </message>
    <message>
      <source>… share of the area's meters (0–1)</source>
      <translation>… 区域の計器に占める割合（0～1）</translation>
    </message>
    <message>
      <source>… this share, lower bound (0–1)</source>
      <translation>同割合の下限（0～1）</translation>
    </message>
    <message>
      <source>… this share, upper bound (0–1)</source>
      <translation>同割合の上限（0～1）</translation>
    </message>
    <message>
      <source>○ at home   × no sign of use   － not known (asleep, or no readings)</source>
      <translation>○ 在宅　× 使用の形跡なし　－ 不明（就寝の可能性、またはデータなし）</translation>
    </message>
    <message>
      <source>○ if somebody was at home for two hours of 9:00–17:00; a week if on any day</source>
      <translation>9:00～17:00に2時間以上在宅なら○。週はいずれかの日が○なら○</translation>
    </message>
    <message>
      <source>○ lived in   × no sign of life   － too few readings. A month or week is ○ from half of its counted days.</source>
      <translation>○ 居住あり　× 生活の形跡なし　－ データ不足。月・週は、数えた日の半分以上が居住日なら○です。</translation>
    </message>
    <message>
      <source>✓ Kept in the case.</source>
      <translation>✓ 案件に保存しました。</translation>
    </message>
    <message>
      <source>✓ Nothing is wrong.</source>
      <translation>✓ 問題はありません。</translation>
    </message>
    <message>
      <source>✓ The connection works.</source>
      <translation>✓ 接続できます。</translation>
    </message>
    <message>
      <source>✓ {mark} can be registered.</source>
      <translation>✓ {mark}は登録できます。</translation>
    </message>
    <message>
      <source>✓ {mark} registered: {ids}</source>
      <translation>✓ {mark}を登録しました：{ids}</translation>
    </message>
    <message>
      <source>✗ It cannot be kept; the case dialog says why.</source>
      <translation>✗ 保存できません。理由は案件の画面に表示しています。</translation>
    </message>
    <message>
      <source>✗ The connection does not work.</source>
      <translation>✗ 接続できません。</translation>
    </message>
    <message>
      <source>✗ {mark} cannot be registered.</source>
      <translation>✗ {mark}は登録できません。</translation>
    </message>
    <message>
      <source>✗ {mark} is left out: {reason}</source>
      <translation>✗ {mark}は登録されません：{reason}</translation>
    </message>
    <message>
      <source>✗ {mark} was not registered: {reason}</source>
      <translation>✗ {mark}は登録されませんでした：{reason}</translation>
    </message>
    <message>
      <source>✗ {reason}</source>
      <translation>✗ {reason}</translation>
    </message>
    <message>
      <source>マスタ情報 has no item “{item}”. Leave it out.</source>
      <translation>マスタ情報に項目「{item}」はありません。外してください。</translation>
    </message>
    <message>
      <source>マスタ情報 has no row for {count} of the {all} supply points in the readings: they have no place on the map. Import マスタ情報 for the same area and items.</source>
      <translation>電力データの供給地点 {all} 件のうち {count} 件がマスタ情報にありません。地図上の位置がわかりません。同じ範囲のマスタ情報を取り込んでください。</translation>
    </message>
    <message>
      <source>マスタ情報 has no row for {count} of the {all} supply points in 通電情報. They are outages all the same; what is not listed stays unknown without マスタ情報.</source>
      <translation>通電情報の供給地点 {all} 件のうち {count} 件がマスタ情報にありません。載っている地点は停電として扱います。載っていない地点は、マスタ情報がなければ不明のままです。</translation>
    </message>
    <message>
      <source>マスタ情報 needs 供給/受電地点特定番号, or it cannot be joined to anything. Add it.</source>
      <translation>マスタ情報には供給/受電地点特定番号が必要です。ないと他のデータと結び付けられません。追加してください。</translation>
    </message>
    <message>
      <source>マスタ情報 of the case does not hold this supply point. Check the number.</source>
      <translation>この供給地点特定番号は案件のマスタ情報にありません。番号を確認してください。</translation>
    </message>
    <message>
      <source>マスタ情報 was taken in anew while it was read. Run it again once the import is done.</source>
      <translation>読み取り中にマスタ情報が新しく取り込まれました。取り込みが終わってから、もう一度実行してください。</translation>
    </message>
    <message>
      <source>マスタ情報ID in the CSV for 特定契約者登録</source>
      <translation>特定契約者登録用CSVのマスタ情報IDの数</translation>
    </message>
    <message>
      <source>一般送配電事業者 of the area. Left empty, the one on the list of contacts, then that of the settings.</source>
      <translation>地域の一般送配電事業者。空欄なら連絡先の一覧のもの、次に設定のものを使います。</translation>
    </message>
    <message>
      <source>供給地点特定番号 of the meter, 22 digits: the one that links.csv gives to the facility.</source>
      <translation>計器の供給地点特定番号（22桁）。links.csv で施設に対応付けた番号です。</translation>
    </message>
    <message>
      <source>供給地点特定番号, 22 digits as text. Helps where one holder has several contracts.</source>
      <translation>供給地点特定番号（22桁の文字列）。1人の契約者に複数の契約があるときに役立ちます。</translation>
    </message>
    <message>
      <source>利用規約 that the request names (A to D, manual §2.3). Left empty, not known, or as it was.</source>
      <translation>要請書に記した利用規約（A～D、手引書 2.3）。空欄は不明、または変更なしです。</translation>
    </message>
    <message>
      <source>団体コード, 6 digits, of the municipality whose account is used.</source>
      <translation>利用するアカウントの自治体の団体コード（6桁）です。</translation>
    </message>
    <message>
      <source>氏名(ｶﾅ) of the contract holder.</source>
      <translation>契約者の氏名(ｶﾅ)。</translation>
    </message>
    <message>
      <source>破棄報告 to the utility, written when something was deleted: by default in “reports” of the case.</source>
      <translation>送配電事業者への破棄報告。削除を実行したときに作ります。既定では案件の reports に入ります。</translation>
    </message>
    <message>
      <source>要介護度 or 要支援. All columns whose heading names 要介護, 要支援, 障害等級, 障害支援区分, 療育手帳 or 精神障害者保健福祉手帳 are read; the heading decides the scale, and the heaviest counts. A bare number under another heading is taken as 要介護.</source>
      <translation>要介護度または要支援。見出しに要介護・要支援・障害等級・障害支援区分・療育手帳・精神障害者保健福祉手帳とある列はすべて読みます。見出しで尺度を判断し、最も重いものを採ります。ほかの見出しの数字だけの値は要介護度とみなします。</translation>
    </message>
    <message>
      <source>通電情報 has no 提供単位. Clear it.</source>
      <translation>通電情報に提供単位はありません。空にしてください。</translation>
    </message>
    <message>
      <source>通電情報 is asked for by date and time. Add the time.</source>
      <translation>通電情報は日時で指定します。時刻を加えてください。</translation>
    </message>
    <message>
      <source>通電情報 is registered by itself. Make a second condition for the other kinds.</source>
      <translation>通電情報は単独で登録します。ほかのデータ種類は別のデータ提供条件にしてください。</translation>
    </message>
    <message>
      <source>通電情報 tells meters that were silent; 電力データ is the use in each half-hour; マスタ情報 is the contract.</source>
      <translation>通電情報は計測値が届かない計器、電力データは30分ごとの使用量、マスタ情報は契約の情報です。</translation>
    </message>
    <message>
      <source>通電情報 was asked for:</source>
      <translation>通電情報の対象：</translation>
    </message>
    <message>
      <source>通電計器数 by the month says little about an outage; the manual asks for it by the day.</source>
      <translation>月単位の通電計器数では停電の状況がほとんど分かりません。手引きでは日単位です。</translation>
    </message>
    <message>
      <source>通電計器数: {count} of {all} areas and days have only one of the two 通電分類 rows. What the other would say is unknown.</source>
      <translation>通電計器数：{all} 組の区域・日のうち {count} 組に、通電分類の行が片方しかありません。もう片方の値は不明です。</translation>
    </message>
    <message>
      <source>避難行動要支援者名簿.</source>
      <translation>避難行動要支援者名簿です。</translation>
    </message>
  </context>
</TS>
