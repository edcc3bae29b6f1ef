/// How a page looks, in three parts: the frame, its parts, and what other media change.
enum PageStyle {
    /// The colours come as pairs of a text colour and a ground for each tone; every pair has a contrast of 4.5 and more.
    static let screen = HTML(
        verbatim: """
            :root{color-scheme:light dark;--ink:#1b2430;--soft:#5a6675;--line:#dfe4ea;--ground:#f6f7f9;--paper:#fff;--link:#1f5fa8;
            --good:#17693c;--good-ground:#e8f5ed;--caution:#8a5200;--caution-ground:#fdf2dc;--bad:#ab1f1c;--bad-ground:#fdebea;
            --unanswered:#4c4699;--unanswered-ground:#efeefb;--untested:#5a6675;--untested-ground:#eef1f4;
            --quiet:#5a6675;--quiet-ground:#eef1f4;
            --s0:#274b72;--s1:#3f7cac;--s2:#7fb2d6;--s3:#5b5ea6;--s4:#9b8fd0;--s5:#2b8a8a}
            *{box-sizing:border-box}
            html{-webkit-text-size-adjust:100%}
            body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,
            "Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
            main,footer{max-width:1120px;margin:0 auto;padding:0 24px}
            main{padding-top:32px}
            h1{font-size:26px;line-height:1.25;font-weight:650;letter-spacing:-.01em;margin:2px 0 18px;text-wrap:balance}
            h2{font-size:19px;line-height:1.3;font-weight:650;margin:0 0 14px}
            h3{font-size:15px;font-weight:650;margin:18px 0 8px}
            p{margin:0 0 8px}
            ul,ol{margin:0;padding-left:20px}
            a{color:var(--link)}
            code{font:.86em/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
            small{font-size:13px;color:var(--soft)}
            section{margin:0 0 20px;padding:22px 24px;background:var(--paper);border:1px solid var(--line);border-radius:12px;
            scroll-margin-top:16px}
            footer{padding-top:8px;padding-bottom:40px;color:var(--soft);font-size:13px}
            footer p{margin:0 0 4px}
            nav{display:flex;flex-wrap:wrap;gap:4px 18px;margin:0 0 24px;font-size:14px}
            nav a{text-decoration:none}
            nav a:hover{text-decoration:underline}
            .kicker{margin:0;color:var(--soft);font-size:14px}
            .note{color:var(--soft);font-size:14px}
            .scenario{max-width:74ch;margin:0 0 16px;font-size:16px}

            """
    )

    static let parts = HTML(
        verbatim: """
            .good{--tone:var(--good);--tone-ground:var(--good-ground)}
            .caution{--tone:var(--caution);--tone-ground:var(--caution-ground)}
            .bad,.lost{--tone:var(--bad);--tone-ground:var(--bad-ground)}
            .unanswered{--tone:var(--unanswered);--tone-ground:var(--unanswered-ground)}
            .untested{--tone:var(--untested);--tone-ground:var(--untested-ground)}
            .quiet{--tone:var(--quiet);--tone-ground:var(--quiet-ground)}
            .icon{width:1em;height:1em;flex:none;color:var(--tone)}
            .mark{fill:none;stroke:var(--tone-ground);stroke-width:2.6;stroke-linecap:round;stroke-linejoin:round}
            .banner{display:flex;gap:20px;align-items:flex-start;margin:0 0 18px;padding:22px 24px 22px 34px;border-radius:14px;
            background:linear-gradient(90deg,var(--tone) 10px,var(--tone-ground) 10px) border-box;border:1px solid var(--tone)}
            .banner.caution{border-style:dashed}
            .banner.unanswered{border-style:dotted;border-width:2px}
            .banner>.icon{width:60px;height:60px}
            .banner p{margin:0;font-size:16px}
            .banner .verdict{font-size:34px;line-height:1.12;font-weight:700;letter-spacing:-.02em;color:var(--tone);margin-bottom:4px}
            .banner ul{margin-top:10px;padding:0;list-style:none}.banner li{display:flex;gap:8px;margin-top:4px}
            .banner .badge{align-self:flex-start;padding:1px 0;background:none}
            .badge{display:inline-flex;align-items:center;gap:5px;padding:1px 8px 1px 5px;border-radius:99px;white-space:nowrap;
            font-size:13px;font-weight:600;color:var(--tone);background:var(--tone-ground)}
            .badge.quiet,.badge.untested{font-weight:500}
            .change{display:inline-flex;align-items:center;gap:6px;white-space:nowrap}
            .before,.arrow{color:var(--soft);font-size:13px}
            .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(235px,1fr));gap:14px;margin:22px 0}
            .columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(280px,1fr));gap:14px}
            .tile{padding:16px 18px;background:var(--paper);border:1px solid var(--line);border-radius:12px}
            .tile h3{margin:0 0 4px;font-size:14px;font-weight:600;color:var(--soft)}
            .columns .tile h3{color:var(--ink);font-size:15px;margin-bottom:12px}
            .figure{font-size:28px;line-height:1.25;font-weight:650;letter-spacing:-.015em}
            .figure small{font-size:15px;font-weight:400;letter-spacing:0}
            .tile p:last-child{margin-bottom:0}
            .counts{display:flex;flex-wrap:wrap;gap:5px}
            .meter{height:5px;margin:4px 0 10px;border-radius:3px;background:var(--line);overflow:hidden}
            .meter span{display:block;height:100%;min-width:3px;background:var(--tone)}
            .bar{display:flex;gap:2px;height:30px;margin-bottom:14px;border-radius:6px;overflow:hidden}
            .bar span{display:block;min-width:2px}
            .segment-0{background:var(--s0)}.segment-1{background:var(--s1)}.segment-2{background:var(--s2)}
            .segment-3{background:var(--s3)}.segment-4{background:var(--s4)}.segment-5{background:var(--s5)}
            .legend{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;padding:0;list-style:none}
            .legend li{display:flex;gap:9px;align-items:baseline}
            .legend small{display:block;line-height:1.35}
            .swatch{flex:none;width:11px;height:11px;border-radius:3px}
            table{width:100%;border-collapse:collapse;margin:0 0 10px;font-size:14px}
            th{padding:4px 12px 7px 0;text-align:left;white-space:nowrap;font-size:13px;font-weight:600;color:var(--soft);border-bottom:1px solid var(--line)}
            td{padding:9px 12px 9px 0;vertical-align:top;border-bottom:1px solid var(--line);overflow-wrap:break-word}
            th:last-child,td:last-child{padding-right:0}
            tbody tr:last-child td{border-bottom:0}
            .number{text-align:right;white-space:nowrap}
            td.number,th.number{padding-right:24px}
            section>:last-child,section>table:last-child{margin-bottom:0}
            .card td{padding-top:5px;padding-bottom:5px}
            .brief{white-space:nowrap}
            .marked td:first-child{box-shadow:inset 3px 0 var(--tone);padding-left:12px}
            .named{display:flex;flex-direction:column;align-items:flex-start;gap:3px}
            .path{display:block;color:var(--soft)}
            td small{display:block}
            .answers,.components,.objects{padding:0;list-style:none}
            .answers li{display:grid;grid-template-columns:minmax(0,1fr) 172px 144px;gap:2px 10px;align-items:start;
            justify-items:start;padding:1px 0}
            .checklist td:nth-child(1){width:19%}.checklist td:nth-child(2){width:23%}
            .answers small{display:inline}
            .components small{display:inline-block}
            .components .remark{display:block}
            .components .lost{padding-left:8px;box-shadow:inset 3px 0 var(--tone)}
            .facts{display:flex;flex-wrap:wrap;gap:12px 32px;margin:0 0 14px}
            .facts dt{font-size:13px;color:var(--soft)}
            .facts dd{margin:0;overflow-wrap:anywhere}
            .columns .facts{flex-direction:column;gap:9px;margin:0}
            .words .facts{display:grid;gap:5px}.words .facts div{display:grid;grid-template-columns:130px minmax(0,1fr);align-items:baseline}
            .card{margin:0 0 14px;padding:14px 18px;border:1px solid var(--line);border-left:4px solid var(--tone);border-radius:8px}
            .card h3{display:flex;flex-wrap:wrap;gap:4px 10px;align-items:center;margin:0 0 4px;font-size:16px}
            .card table{margin:8px 0 4px}
            .remedy{max-width:80ch}
            details{margin:0 0 8px}
            summary{cursor:pointer;overflow-wrap:anywhere;padding:4px 0;font-weight:600;font-size:14px;color:var(--link)}
            .folded{padding:10px 0 4px 16px}
            :focus-visible{outline:2px solid var(--link);outline-offset:2px}

            """
    )

    /// Dark screens, narrow screens and paper. On paper everything is open, for nobody can click there.
    static let media = HTML(
        verbatim: """
            @media screen and (prefers-color-scheme:dark){:root{--ink:#e4e9ef;--soft:#9aa7b6;--line:#2c3541;--ground:#10151b;--paper:#171e26;
            --link:#86b8f0;--good:#74d19c;--good-ground:#14301f;--caution:#f0b64f;--caution-ground:#35280f;--bad:#ff938c;
            --bad-ground:#3d1a1a;--unanswered:#b3adf5;--unanswered-ground:#262347;--untested:#9aa7b6;--untested-ground:#232c36;
            --quiet:#9aa7b6;--quiet-ground:#232c36;--s0:#4f86bd;--s1:#79b3dd;--s2:#b3d7ee;--s3:#8285d6;--s4:#bdb2ee;--s5:#4db6b0}}
            @media (max-width:720px){main,footer{padding-left:14px;padding-right:14px}main{padding-top:18px}
            section{padding:18px 16px}h1{font-size:22px}.banner{gap:14px;padding:16px 16px 16px 24px}.banner>.icon{width:40px;height:40px}
            .banner .verdict{font-size:27px}.tiles{grid-template-columns:repeat(2,minmax(0,1fr));gap:10px}.tile{padding:13px 14px}.figure{font-size:23px}
            .columns{grid-template-columns:1fr}
            thead{display:none}
            table,tbody,tr,td{display:block;width:auto}
            tr{padding:10px 0;border-bottom:1px solid var(--line)}tbody tr:last-child{border-bottom:0}
            td,td:last-child{padding:2px 0;border:0;display:grid;grid-template-columns:104px minmax(0,1fr);gap:10px;
            justify-items:start}td:first-child{display:block;font-weight:600}
            td::before{content:attr(data-column);font-size:13px;color:var(--soft)}td:first-child::before{content:none}
            td:empty{display:none}td>*{min-width:0;max-width:100%;overflow-wrap:anywhere}.number{text-align:left}
            .checklist td:nth-child(n){width:auto}tr.marked{padding-left:12px;box-shadow:inset 3px 0 var(--tone)}.marked td:first-child{box-shadow:none;padding-left:0}
            .answers li{grid-template-columns:1fr}.answers li+li{margin-top:8px}.folded{padding-left:0}}
            @media (max-width:400px){.tiles{grid-template-columns:1fr}}
            @media print{:root{--ground:#fff}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
            body{font-size:10.5pt}main,footer{max-width:none;padding:0}nav{display:none}
            section{padding:0;border:0;margin-bottom:22px}
            .tiles{grid-template-columns:repeat(4,minmax(0,1fr));gap:8px}.tiles .tile{padding:10px}.figure{font-size:21px}
            table{font-size:9pt}td{padding-top:5px;padding-bottom:5px}h2,h3,summary{break-after:avoid}
            tr,.card h3,.tile,.banner{break-inside:avoid}
            details::details-content{content-visibility:visible;block-size:auto}summary{color:var(--ink);list-style:none}a{color:inherit}}

            """
    )
}
