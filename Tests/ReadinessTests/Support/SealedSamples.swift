import FoundationEssentials

/// A sealing key and values that the Python package `cryptography` sealed with it, independently of this project.
enum SealedSamples {
    /// What `ssh-keygen -l` says of the key.
    static let fingerprint = "SHA256:Yb1bNWLTYQuRyJeRfQhcbZotH2LW5/GiMfY8LxE5h8o"

    /// `opensesame-strict`, bound to shop/token.
    static let strict = """
        AQBWbM7kFWA66dEBnP0UQ5qS+zSffJfFjNOkTFONAFz9fTL3KQTL8JMvchmErFV7V1pyvNBAWo7NnkpvgZQWlNZUGKRRTJUp8VSFV8rS\
        04FZdXLyxfsyCMi2Ld9UQxr8d85I3WMs90c6tm8PucXxGUCutLZCCQYHsSW1ybraV+ofgz0q6PvVZXfwi4LPiH/a0XjNCrTsfgDRfqRC\
        LP099M2R2ugMR0vEV92GL0m1VbEOdyNQ41OBrO8eAaEuL+mHhlI3SB3E50fIzC3C1Hjv4/ObIhEwk/XhYtHdGT2yLnjYG8t4dYHxnRYa\
        J0RGW6Q4bC2X+Rj1xbIUWk6U+9tP+cDF454aaIaCIjXfzvNdvSAoRuprt0tNqnQT2rriZeU4Jtai
        """

    /// `opensesame-wide`, bound to the namespace shop.
    static let namespaceWide = """
        AQAgu4r/mbtXmmE4AidAUnYx0057KVoohi+qV42vSsTYc9z8c1Zk6xkVdkSqikYy9aFZD+GyAbSW9b048UbRF93QKWzgmWtWuyf2SE73\
        uhzAFbrGJ+fu71itzomksWNvde8aDBUkPF/Sj+OPgsk8eNINFneXJ5Buxft8hddD7yMjrLJMG2JbTG7ixfPorCVhfW+oiq3SsEaL4Qkd\
        wRjMoTjn+PdMVqq88CyViINt+bDLe2wFWpzDQZvLurMW88teOvkgTsZqciC32+8GkwBl8H1CTRHcMftg8AD5z8txvsMgMu/1PYffASlK\
        qEUGxOIdcuN7qpm6efIcqXe57wSDJltXR0CXC7uz5zaQ7OjXI6ZRbo4jbeTfMjcClwDfiWfIgA==
        """

    /// `opensesame-cluster`, bound to nothing.
    static let clusterWide = """
        AQBl1if/v3h8dVTBpj7wblQGbbfOcSWGmSLtPMwXHEy3w234XqZKKKOC6NQG40CHVQrZU+2YuqHjCYNY5Wg4GGhqndGv4VyW0GYAIXcD\
        OzWCu01kZ/bfCacO+6/6IUotf1UtiS7FnBA8qaNgRORUvye3FCJZmAkSjWE/kmJbMWmRIBfL48QMCLfiAxdSfMeV6xNIHfUNrOxabuMo\
        pQVwC+V3iA3xaYSnZlES3eotPpGn9puVRu/GA6hhxClNAktMoDLVwx87sTjz5FIGkA6sX+Wqbjs1K4DwdHzzMQTPsDu8453OkuS4M7Ap\
        MbXnatJeJq3JbK/Kfx3c0zkitpadKqorkJdgFBx0shU4Ordv4Nj7heBHqRNY+6Qtv3W6gXafW45SVg==
        """

    /// A self-signed certificate of the key, until 2036-01-01.
    static let certificate = """
        LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUNsekNDQVgrZ0F3SUJBZ0lCQnpBTkJna3Foa2lHOXcwQkFRc0ZBREFQTVEwd0N3\
        WURWUVFEREFSMFpYTjAKTUI0WERUSTJNREV3TVRBd01EQXdNRm9YRFRNMk1ERXdNVEF3TURBd01Gb3dEekVOTUFzR0ExVUVBd3dFZEdW\
        egpkRENDQVNJd0RRWUpLb1pJaHZjTkFRRUJCUUFEZ2dFUEFEQ0NBUW9DZ2dFQkFKUVVHbVhhMzhRbEgzZFJOVnI1CjZQdkt3VzU1bmtU\
        ZmNXU0xuQ1ZpMklTZDBzL2ZwNmdqV3lPWDJzdG9ndytPc1M5RDEycjJEajUxS2NRR3NGSy8KcEVBV0xSK1hWNHYvODlqL1pyTzFVYTJl\
        M3BDaFlmMGpuSTVuOEVnZkg2WjNkeis2ZUdsVWxRd3FiNlVBY2prUgpMbmRwQ2p3d0dkRk9NNUZLa0x3Ri9NQkJ4cUJuS01NRE9nQ1pM\
        alozT3BtNVhNSnVkK0lYbXVKYWtkcktjZUVECjJkQnlXeVhIcnp4akNLMDVuNTVWR2JPTHBUNEVmeldDS2NBeGhxeXBDSExhWGxOSXZ2\
        U3NReENZTEE3Uml4NW4KbXlacnRpZWFpUmlFN0MxS3JsQ3dGTVhwVjFJVnkvV28yak9UZjlKYWtlYUJFZmVIb1BLcG1IYkd1YmRsTkha\
        OQpmcU1DQXdFQUFUQU5CZ2txaGtpRzl3MEJBUXNGQUFPQ0FRRUFWeDRONDRBN05KeTJVMmNlZWJxRWdKUHhWWUJYCnI1K2xVYlNBYnh3\
        S21QUFU2Y00xRHBkSTdrWWxUeHVyTXdjdU5vRDNMbGtYbVdGNWVPOU5YNEYyc2pKQzMwZEUKSE0yNlhwc2NPWGhkVCtWeTd0bUdTcXFx\
        cEpKbmc3WTlIWVN3QWxKd3ZZc1h6Yjd5a0tUTXNETHArMHdRa2prOQp1NnZsMGRPTUNqekNYdDRlUno5c2NVN2I1T3VkTVBkSGVaYUZt\
        Q01ONnFZTUpzTnNiQlVYRFpEMHMzcHVNSWczCklXbCtmQ3VGdHRvQytHem1BcUNnOWFwelplei8waGtPaGJlYXV5N0s1VE1ISVhVaWpS\
        L00zZlpMeU5CRUFqQ1AKN1Z6T0F5bHU3cUtOMkVWS3Z6WHB4aDJQQnJXZUY5MEFaNGVwQjRDN0pEU0xuNlVZbzJFKzY3Mko5QT09Ci0t\
        LS0tRU5EIENFUlRJRklDQVRFLS0tLS0K
        """

    /// The RSA key of 2048 bits in PEM and base64.
    static let key = """
        LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQpNSUlFcEFJQkFBS0NBUUVBbEJRYVpkcmZ4Q1VmZDFFMVd2bm8rOHJCYm5tZVJO\
        OXhaSXVjSldMWWhKM1N6OStuCnFDTmJJNWZheTJpREQ0NnhMMFBYYXZZT1BuVXB4QWF3VXIra1FCWXRINWRYaS8vejJQOW1zN1ZSclo3\
        ZWtLRmgKL1NPY2ptZndTQjhmcG5kM1A3cDRhVlNWRENwdnBRQnlPUkV1ZDJrS1BEQVowVTR6a1VxUXZBWDh3RUhHb0djbwp3d002QUpr\
        dU5uYzZtYmxjd201MzRoZWE0bHFSMnNweDRRUFowSEpiSmNldlBHTUlyVG1mbmxVWnM0dWxQZ1IvCk5ZSXB3REdHcktrSWN0cGVVMGkr\
        OUt4REVKZ3NEdEdMSG1lYkptdTJKNXFKR0lUc0xVcXVVTEFVeGVsWFVoWEwKOWFqYU01Ti8wbHFSNW9FUjk0ZWc4cW1ZZHNhNXQyVTBk\
        bjErb3dJREFRQUJBb0lCQUEybytMSUtnMlNOZUlydQp3Uy9KYUxHaWJpVU5WaFlNTnk4clpYWU5ETXJYNFlUQ09wUkJyRS9FanJ2L2p0\
        dVRQdkcveEV2WUFBS1YvYjJtCkhZTldSM2xiL3lmV21pZ0JsTjl0cGJyZFEzZ21kUU1LWWNjR0QwZDV5SW8ycnpQZVlIQWJyRWRkbXdl\
        QXh4R2YKSFdwZ0ZSVmV0bHNacEhORU5nbzFkZ2N3dkRTOFpYM0VwVlF3cGFRMEkrc2tVNU5jdVR3NE9xNkpPMFJmejFpUgpzdlJlb1Nu\
        aWdEU24vamJRV2tnNXc5UVBCTVhNS2QzVHFYdmV4enVUY3d2R3VhUTJYandqdFlKMmFzWmsvOXVGCklhdlB4eVVqY0lqblVkNzFRVFBK\
        RUxQaXBiZjg4eW9RTFVLeFBJWG1OUVM3N080bE9rRlNVcit2L2l0UTAxRWoKRW9DYmVuRUNnWUVBeUdYTU5RZ2pEeDdRUWd5RGxZbDZI\
        UjVzM2VRbmxZQ204OE5MbzJHOUdnLzEzUGRnZ0xIagpYSzhIdGVWWXZEcVVGaGdxUUU3SWFobWZsSElxZXFjeExBeWU5YkVML0oyRUIr\
        S1c3YmhCZWhjdTJKMERVSTZSCnVOTWZRWC9Fb3pSRGcvYmRpKzVwNStKaElwblQ1aTg1RUxScTFGclRMb0IzM2JvWURXa1diaE1DZ1lF\
        QXZTb1cKNlJNZUhadnlpcWlrdlczRG51aXVkb1dQb3h2dW9iaTRBUXlIVkxhNUpyck96YXlidThWenFycit3cTdOUllkYgpiKzgyZy9v\
        Y2syWFBOTDZGYU1zMkZDZThzZXNoTUljb3hHUlVqcDJuaTB4NlhsNjhtWGpPbHh0MjVsQ0J3VENzCndUblFPb212MFA4Vm1MSTVFZk8v\
        Ym4zRHRsdnMvZjVQUTR2dGZ6RUNnWUVBdElwWnZsRlZYSkx6SnY0bE1meUkKUW1HZHpRNTJ4dzcvMms3US95SFgvdm53RkNIZUZET3ZW\
        Vm52QldYWldzTWZsUVF5Vkh0bHZZaldKeVB2dDA2WApVMHNQanVQeG02WEJSR1ZVZWxoc3pQVEQ1SzBZUm1RYlRyc054ckc0VXh5TDB3\
        RCtPY29TS2JIZXR4Q0ZRalM3CklaeVpQaldSV3F5czBOcU9QczYxUVhjQ2dZRUFvdVBGaXJxdHFpMkpzNkQ1Q3kyajBBanBncUlNU0Ja\
        YmJPTlYKZjRHOFgxUmhKMXFoampaZWZGalErMm0reXdJZlBRb0wwTjJhZ2hjejJERkpObEFCTFhZZmdVZWVrMDYzNjhQWApkUlk0UWY2\
        OE1aV1BvZ2ZPUEJIdFErMmdlejlFSEltL21Ud2hkT2J2Z1BiSE1BLzRXTjhlTHhVWkhNVVgxTGZTCnBZV3U0MkVDZ1lCc1ZWektIQkRn\
        MkZMVDZwS0laR1B0VTRjSzRqYklEWnJrUXE2cVdmK3FDbkUvTTRFREs5VGMKV3QwRU1BVVp2ckdQbzNNaTZQczZuUmw1bk9Vc3ovY3Fs\
        Z0I2b1pwQUNLZHZ5M1dVQXc1QUdNa0dkb2xnQXVLVgo0Yzl6OTdPWjVCZDJOTndjQ3Y2NkdoZ3FveWxubENpZFY2SjY2MEZkR3dpQVBR\
        OWtvRjR5a0E9PQotLS0tLUVORCBSU0EgUFJJVkFURSBLRVktLS0tLQo=
        """

    /// A SealedSecret of one value.
    static func sealed(_ value: String = strict, name: String = "token", annotation: String = "x") -> String {
        """
        apiVersion: bitnami.com/v1alpha1
        kind: SealedSecret
        metadata: {name: \(name), namespace: shop, annotations: {sealedsecrets.bitnami.com/\(annotation): "true"}}
        spec: {encryptedData: {token: \(value)}}
        """
    }

    /// The Secret that came out of a SealedSecret.
    static func secret(_ value: String, name: String = "token") -> String {
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: \(name), namespace: shop}
        data: {token: \(Data(value.utf8).base64EncodedString())}
        """
    }
}
